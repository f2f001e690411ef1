"""Reads source code without running it: which files there are, what they import, call and declare."""

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def files(root: Path, *folders: str) -> Iterator[tuple[PurePosixPath, str]]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield PurePosixPath(path.relative_to(root).as_posix()), path.read_text("utf-8")


def lines(root: Path, *folders: str) -> dict[PurePosixPath, int]:
    """Return the number of lines of each file, without migrations, which Django writes."""
    return {path: len(text.splitlines()) for path, text in files(root, *folders) if path.parent.name != "migrations"}


def parsed(root: Path, *folders: str) -> Iterator[tuple[PurePosixPath, ast.Module]]:
    for path, text in files(root, *folders):
        yield path, ast.parse(text)


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the full name of everything that is imported; `from a import *` counts as the whole of `a`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}".removesuffix(".*") for alias in node.names)


def name_of(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def earlier_calls(call: ast.Call) -> Iterator[str]:
    """Yield the names of the calls before this one in a chain: `b` and `a` for the last call of `a().b().c()`."""
    node: ast.AST = call.func
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
        yield name_of(node)


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, name_of(node.func)


def public_functions(path: Path) -> list[str]:
    """Return the names of a module's functions that do not begin with an underscore."""
    tree = ast.parse(path.read_text("utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
