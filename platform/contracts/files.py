"""The files that say what contexts promise and how they hang together, and what is wrong with those that are there."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from building_blocks.messaging.subscriptions import subscription
from contracts.breaking import breaches
from contracts.context_map import context_map
from contracts.contract import contract_of
from contracts.layout import laid_out
from contracts.relations import Message, Relations

Files = dict[str, str]
"""Texts by path, as seen from the root of the project."""

CONTRACT = "contracts.json"
SUBSCRIPTIONS = "config/subscriptions.json"
CONTEXT_MAP = "docs/context-map.md"


def files_of(found: Relations) -> Files:
    """Return what the files ought to hold."""
    contracts = {f"contexts/{context}/{CONTRACT}": contract_of(context) for context in found.contexts}
    subscriptions = {message.declared.type: _receivers(message) for message in found.messages}
    documents = contracts | {SUBSCRIPTIONS: subscriptions}
    return {path: f"{laid_out(document)}\n" for path, document in documents.items()} | {CONTEXT_MAP: context_map(found)}


def broken(root: Path, files: Files, *, forget: Collection[str] = ()) -> Iterator[str]:
    """
    Yield, in words, each promise in a committed contract that the code does not keep.

    :param forget: messages, methods and refusals of which nothing is promised any more.
    """
    for path in _committed(root, files):
        if path.endswith(CONTRACT):
            for breach in breaches(json.loads((root / path).read_text("utf-8")), json.loads(files[path])):
                if breach.name not in forget:
                    yield f"{path}: {breach.name}: {breach.what}"


def stale(root: Path, files: Files) -> list[str]:
    """Return the paths of the files that do not say what they ought to."""
    there = _committed(root, files)
    return [path for path, text in files.items() if path not in there or (root / path).read_text("utf-8") != text]


def write(root: Path, files: Files) -> list[str]:
    """Write the files that are stale, and return their paths."""
    paths = stale(root, files)
    for path in paths:
        (root / path).write_text(files[path], "utf-8")
    return paths


def _committed(root: Path, files: Files) -> list[str]:
    return [path for path in files if (root / path).exists()]


def _receivers(message: Message) -> dict[str, dict[str, bool]]:
    """Return the contexts that handle the message, each with what its senders must know of that."""
    return {
        context: {"in_order": True} if any(subscription(name).in_order for name in names) else {}
        for context, names in message.handlers.items()
    }
