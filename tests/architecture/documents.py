"""What the papers name: links, paths, tests, make targets. Each function returns what is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

FILES = (
    "*.md",
    "docs/**/*.md",
    "contexts/*/README.md",
    "platform/**/README.md",
    "tools/**/README.md",
    "benchmarks/README.md",
)
PERMISSIONS = "docs/permissions.md"  # what looks like a path there is a part of a URL
EXTENSIONS = r"py|md|toml|ini|html|txt|yml|svg|example|lock"


def documents(root: Path) -> list[Path]:
    return sorted(document for pattern in FILES for document in root.glob(pattern))


def broken_links(root: Path) -> list[str]:
    """Return links to files that are not there, and to headings that their file does not have."""
    return [
        f"{document.relative_to(root)}: {link}" for document in documents(root) for link in _broken_links_in(document)
    ]


def missing_paths(root: Path) -> list[str]:
    """Return paths in backticks that are nowhere; papers leave out the folder that they are about."""
    missing = []
    for document in documents(root):
        if document == root / PERMISSIONS:
            continue
        folders = (root, document.parent, root / "tests", root / "contexts", root / "platform")
        bases = [*folders, *root.glob("contexts/*/"), *root.glob("platform/*/"), *root.glob("tools/*/"), root / "tools"]
        for path in re.findall(
            rf"`([\w./<>*-]+/[\w<>*.-]+\.(?:{EXTENSIONS})|[\w./<>*-]+/)`", document.read_text("utf-8")
        ):
            pattern = re.sub(r"<\w+>", "*", path).rstrip("/")
            if not path.startswith(("/", ".")) and not any(any(base.glob(pattern)) for base in bases):
                missing.append(f"{document.relative_to(root)}: {path}")
    return missing


def missing_tests(root: Path) -> list[str]:
    """Return tests, named as pytest takes them, without `tests/`, that are not there."""
    return [
        f"{document.relative_to(root)}: {file}::{names}"
        for document in documents(root)
        for file, names in re.findall(r"([\w/]+\.py)::([\w:]+)", document.read_text("utf-8"))
        if "/published/" not in file and not _has(root / "tests" / file, names.split("::"))
    ]


def missing_targets(root: Path) -> list[str]:
    """Return targets of make that the Makefile does not have."""
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    return [
        f"{document.relative_to(root)}: make {target}"
        for document in documents(root)
        for target in re.findall(r"(?:`|^ {4}|=\S+ )make ([a-z-]+)", document.read_text("utf-8"), re.MULTILINE)
        if target not in targets
    ]


def _has(file: Path, names: list[str]) -> bool:
    text = file.read_text("utf-8") if file.is_file() else ""
    return all(re.search(rf"^ *(class|def) {name}\b", text, re.MULTILINE) for name in names)


def _broken_links_in(document: Path) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8")):
        path, _, heading = link.partition("#")
        target = document.parent / path if path else document
        if "://" in link or link.startswith("mailto:"):
            continue
        if not target.exists() or (heading and heading not in _headings(target)):
            yield link


def _headings(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
