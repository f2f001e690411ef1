"""The generated files with contracts and relations: their content, and the differences to the committed files."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from messaging.subscriptions import subscription
from tools.contracts.breaking import breaking_changes
from tools.contracts.context_map import context_map
from tools.contracts.contract import contract_of
from tools.contracts.layout import format_json
from tools.contracts.relations import Message, Relations

Files = dict[str, str]
"""Texts by path, relative to the root of the project."""

CONTRACT = "contracts.json"
SUBSCRIPTIONS = "config/subscriptions.json"
CONTEXT_MAP = "docs/context-map.md"


def files_of(relations: Relations) -> Files:
    """Return the content that the files should have."""
    contracts = {f"contexts/{context}/{CONTRACT}": contract_of(context) for context in relations.contexts}
    subscriptions = {message.declared.type: _receivers(message) for message in relations.messages}
    documents = contracts | {SUBSCRIPTIONS: subscriptions}
    return {path: f"{format_json(document)}\n" for path, document in documents.items()} | {
        CONTEXT_MAP: context_map(relations)
    }


def list_breaking_changes(root: Path, files: Files, allow_breaking: Collection[str] = ()) -> Iterator[str]:
    """
    Yield a sentence for each part of a committed contract that the code breaks.

    :param allow_breaking: names of messages, methods and refusals that may be broken.
    """
    for path in _committed(root, files):
        if path.endswith(CONTRACT):
            for change in breaking_changes(json.loads((root / path).read_text("utf-8")), json.loads(files[path])):
                if change.name not in allow_breaking:
                    yield f"{path}: {change.name}: {change.difference}"


def stale_files(root: Path, files: Files) -> list[str]:
    """Return the paths of the files whose content is not current."""
    committed = _committed(root, files)
    return [path for path, text in files.items() if path not in committed or (root / path).read_text("utf-8") != text]


def write_stale_files(root: Path, files: Files) -> list[str]:
    """Write the files that are stale, and return their paths."""
    paths = stale_files(root, files)
    for path in paths:
        (root / path).write_text(files[path], "utf-8")
    return paths


def _committed(root: Path, files: Files) -> list[str]:
    return [path for path in files if (root / path).exists()]


def _receivers(message: Message) -> dict[str, dict[str, bool]]:
    """Return the contexts that handle the message, each with the options that senders need."""
    return {
        context: {"in_order": True} if any(subscription(name).in_order for name in names) else {}
        for context, names in message.handlers.items()
    }
