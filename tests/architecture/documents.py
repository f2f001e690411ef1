"""
What the documentation names: links, paths, tests, make targets, folders.

Each function takes the root of a tree and returns the names that do not exist, or folders that have no name.
"""

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
PERMISSIONS = "docs/permissions.md"  # its paths are parts of URLs
NOT_KEPT = ("build", "dist", "staticfiles")  # made by tools, see .gitignore
EXTENSIONS = r"py|md|toml|ini|html|txt|yml|svg|example|lock"


def documents(root: Path) -> list[Path]:
    return sorted(document for pattern in FILES for document in root.glob(pattern))


def broken_links(root: Path) -> list[str]:
    """Return links to files, and to headings of files, that do not exist."""
    return [
        f"{document.relative_to(root)}: {link}" for document in documents(root) for link in _broken_links_in(document)
    ]


def missing_paths(root: Path) -> list[str]:
    """Return paths in backticks that do not exist; a document may leave out the folder that it is about."""
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
    """Return tests that do not exist; documents name them as pytest takes them, without `tests/`."""
    return [
        f"{document.relative_to(root)}: {file}::{names}"
        for document in documents(root)
        for file, names in re.findall(r"([\w/]+\.py)::([\w:]+)", document.read_text("utf-8"))
        if "/published/" not in file and not has_tests(root / "tests" / file, names.split("::"))
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


def unnamed_folders(root: Path) -> list[str]:
    """Compare the tree in the README with the folders of the root, the contexts and the packages of the platform."""
    tree = re.findall(r"^( *)(\w+)/ {2,}\S", (root / "README.md").read_text("utf-8"), re.MULTILINE)
    named, folder = set[str](), ""
    for indent, name in tree:
        folder = folder if indent else name
        named.add(f"{folder}/{name}" if indent else name)
    existing = {path for base in ("", "contexts/", "platform/") for path in _folders(root, base)}
    return [f"README.md: {folder} is not in both the tree and the project" for folder in sorted(named ^ existing)]


def has_tests(file: Path, names: list[str]) -> bool:
    """Return whether a file declares all of these classes and functions."""
    text = file.read_text("utf-8") if file.is_file() else ""
    return all(re.search(rf"^ *(class|def) {name}\b", text, re.MULTILINE) for name in names)


def _folders(root: Path, base: str) -> list[str]:
    """Return the folders that contain a file of the project; others are caches and data."""
    return [
        f"{base}{path.name}"
        for path in (root / base).glob("[a-z]*/")
        if any("__pycache__" not in file.parts for file in path.rglob("*.*")) and path.name not in NOT_KEPT
    ]


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
