"""Reading source code without running it: which files there are, what they import and call."""

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def files(root: Path, *folders: str) -> Iterator[tuple[PurePosixPath, str]]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield PurePosixPath(path.relative_to(root).as_posix()), path.read_text("utf-8")


def lines(root: Path, *folders: str) -> dict[PurePosixPath, int]:
    """Return the length of each file that somebody wrote; Django writes the migrations."""
    return {path: len(text.splitlines()) for path, text in files(root, *folders) if path.parent.name != "migrations"}


def parsed(root: Path, *folders: str) -> Iterator[tuple[PurePosixPath, ast.Module]]:
    for path, text in files(root, *folders):
        yield path, ast.parse(text)


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the full name of all that is imported; `from a import *` counts as the whole of `a`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}".removesuffix(".*") for alias in node.names)


def name_of(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def earlier_calls(call: ast.Call) -> Iterator[str]:
    """Yield the names of the calls from whose answer a call is made: `b` and `a` for the last one of `a().b().c()`."""
    node: ast.AST = call.func
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
        yield name_of(node)


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, name_of(node.func)
