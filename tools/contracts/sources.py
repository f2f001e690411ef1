"""
Reads senders and callers from the source, without running it.

A context sends a message if its code constructs one: handlers only receive messages, so there is no other reason to
construct one. It calls another context if its `neighbours.py` uses the other's interface; no other file may do that.
"""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

USE = "building_blocks.interfaces.binding.use"


def constructed_messages(root: Path, context: str, messages: Collection[type]) -> set[type]:
    """Return the messages that the context's code constructs."""
    texts = [path.read_text("utf-8") for path in (root / "contexts" / context).rglob("*.py")]
    mentioning = [text for text in texts if any(cls.__name__ in text for cls in messages)]
    called = {_full_name(call.func, names) for text in mentioning for call, names in _calls(text)}
    return {cls for cls in messages if _qualified_name(cls) in called}


def used_interfaces(root: Path, context: str, interfaces: Collection[type]) -> set[type]:
    """Return the interfaces that the context uses."""
    path = root / "contexts" / context / "neighbours.py"
    calls = _calls(path.read_text("utf-8")) if path.exists() else ()
    used = {_full_name(call.args[0], names) for call, names in calls if _full_name(call.func, names) == USE}
    return {protocol for protocol in interfaces if _qualified_name(protocol) in used}


def _calls(text: str) -> Iterator[tuple[ast.Call, dict[str, str]]]:
    """Yield each call in a source text, with the names that the text imports."""
    tree = ast.parse(text)
    names = _imported(tree)
    return ((node, names) for node in ast.walk(tree) if isinstance(node, ast.Call))


def _imported(tree: ast.Module) -> dict[str, str]:
    """Return the full name of each imported name."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _full_name(node: ast.expr, names: dict[str, str]) -> str:
    """Return the full name of `OrderPlaced` or `events.OrderPlaced`; for other expressions, their text."""
    head, dot, rest = ast.unparse(node).partition(".")
    return f"{names.get(head, head)}{dot}{rest}"


def _qualified_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__name__}"
