"""Words that make a sentence hard to read, and have a plainer one: a role's name or "anyone", "again", "fix"."""

import re
from collections.abc import Iterator
from pathlib import Path

REFUSED = ("whoever", "somebody", "anew", "mend", "mends", "mended", "mending", "oftener")
FOLDERS = (".ci", ".github", "benchmarks", "config", "contexts", "deploy", "docs", "platform", "tests", "tools")
SUFFIXES = (".css", ".example", ".html", ".ini", ".js", ".json", ".md", ".py", ".svg", ".toml", ".txt", ".yml", "")
ALLOWED = frozenset({"tests/architecture/words.py"})

_PATTERN = re.compile(rf"\b({'|'.join(REFUSED)})\b", re.IGNORECASE)


def refused_words(root: Path) -> list[str]:
    """Return each line of the project's text that has one of the words."""
    return [
        f"{path}: line {number} has {match[0]!r}"
        for path, text in _texts(root)
        if path not in ALLOWED
        for number, line in enumerate(text.splitlines(), start=1)
        for match in _PATTERN.finditer(line)
    ]


def _texts(root: Path) -> Iterator[tuple[str, str]]:
    files = [path for path in root.glob("*") if path.is_file()]
    files += [path for folder in FOLDERS for path in (root / folder).rglob("*")]
    for path in sorted(files):
        if path.suffix in SUFFIXES and path.is_file() and path.name not in (".env", "uv.lock"):
            yield path.relative_to(root).as_posix(), path.read_text("utf-8", errors="replace")
