"""Compares the table in each context's README with what the context declares, sends and handles."""

import re
from collections.abc import Iterator
from pathlib import Path

from tools.contracts.relations import Relations

ROW = re.compile(r"^\| ([^|]+?) +\| (.+?) +\|$", re.MULTILINE)
NAME = re.compile(r"`((?:[a-z_]+\.)?[A-Z]\w*(?:\.\w+\([^)]*\))?)`")
"""A message such as `OrderPlaced` or `ordering.OrderPlaced`, or a method such as `Catalog.offers(skus)`."""


def outdated_rows(root: Path, relations: Relations) -> Iterator[str]:
    """Yield a sentence for each difference between the table in a context's README and the code."""
    for context in relations.contexts:
        path = f"contexts/{context}/README.md"
        if not (root / path).exists():
            yield f"{path} is missing"
            continue
        rows = dict(ROW.findall((root / path).read_text("utf-8")))
        for row, expected in _expected_names(context, relations).items():
            text = rows.get(row, "")
            listed = {word for word in re.findall(r"\w+", text) if word in relations.contexts}
            listed = listed if row == "Calls" else set(NAME.findall(text))
            yield from (f"{path}: {row} lacks {name}" for name in sorted(expected - listed))
            yield from (f"{path}: {row} names {name}, which does not exist" for name in sorted(listed - expected))


def _expected_names(context: str, relations: Relations) -> dict[str, set[str]]:
    """Return the names that each row must contain; a message of another context has that context's name in front."""
    own = [message for message in relations.messages if message.declared.context == context]
    others = [message for message in relations.messages if message.declared.context != context]
    return {
        "Interface": {method for i in relations.interfaces if i.context == context for method in i.methods},
        "Commands in": {message.name for message in own if message.declared.is_command},
        "Commands out": {m.full_name for m in others if m.declared.is_command and context in m.sent_by},
        "Events out": {message.name for message in own if not message.declared.is_command},
        "Events in": {m.full_name for m in relations.messages if not m.declared.is_command and context in m.handlers},
        "Calls": {interface.context for interface in relations.interfaces if context in interface.called_by},
    }
