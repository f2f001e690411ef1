"""What the papers name: links, paths, tests, make targets. Each function returns what is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

FILES = ("*.md", "docs/**/*.md", "contexts/*/README.md", "platform/*/README.md", "benchmarks/README.md")
OF_ADDRESSES = "docs/permissions.md"  # what looks like a path there is a part of a URL
ENDINGS = r"py|md|toml|ini|html|txt|yml|svg|example|lock"


def papers(root: Path) -> list[Path]:
    return sorted(paper for pattern in FILES for paper in root.glob(pattern))


def dead_links(root: Path) -> list[str]:
    """Return links to files that are not there, and to headings that their file does not have."""
    return [f"{paper.relative_to(root)}: {link}" for paper in papers(root) for link in _dead(paper)]


def missing_paths(root: Path) -> list[str]:
    """Return paths in backticks that are nowhere; papers leave out the folder that they are about."""
    found = []
    for paper in papers(root):
        if paper == root / OF_ADDRESSES:
            continue
        folders = (root, paper.parent, root / "tests", root / "contexts", root / "platform")
        bases = [*folders, *root.glob("contexts/*/"), *root.glob("platform/*/")]
        for path in re.findall(rf"`([\w./<>*-]+/[\w<>*.-]+\.(?:{ENDINGS})|[\w./<>*-]+/)`", paper.read_text("utf-8")):
            pattern = re.sub(r"<\w+>", "*", path).rstrip("/")
            if not path.startswith(("/", ".")) and not any(any(base.glob(pattern)) for base in bases):
                found.append(f"{paper.relative_to(root)}: {path}")
    return found


def missing_tests(root: Path) -> list[str]:
    """Return tests, named as pytest takes them, without `tests/`, that are not there."""
    return [
        f"{paper.relative_to(root)}: {file}::{names}"
        for paper in papers(root)
        for file, names in re.findall(r"([\w/]+\.py)::([\w:]+)", paper.read_text("utf-8"))
        if "/published/" not in file and not _has(root / "tests" / file, names.split("::"))
    ]


def missing_targets(root: Path) -> list[str]:
    """Return targets of make that the Makefile does not have."""
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    return [
        f"{paper.relative_to(root)}: make {target}"
        for paper in papers(root)
        for target in re.findall(r"(?:`|^ {4}|=\S+ )make ([a-z-]+)", paper.read_text("utf-8"), re.MULTILINE)
        if target not in targets
    ]


def _has(file: Path, names: list[str]) -> bool:
    text = file.read_text("utf-8") if file.is_file() else ""
    return all(re.search(rf"^ *(class|def) {name}\b", text, re.MULTILINE) for name in names)


def _dead(paper: Path) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)\s]+)\)", paper.read_text("utf-8")):
        path, _, heading = link.partition("#")
        target = paper.parent / path if path else paper
        if "://" in link or link.startswith("mailto:"):
            continue
        if not target.exists() or (heading and heading not in _headings(target)):
            yield link


def _headings(paper: Path) -> set[str]:
    """Return the anchors of a paper's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", paper.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
