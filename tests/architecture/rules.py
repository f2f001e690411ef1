"""
The rules that import-linter cannot tell: each takes the root of a tree and returns the places that break it.

A place is "path: what is wrong", the path relative to the tree.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

Rule = Callable[[Path], list[str]]

CODE = ("config", "contexts", "platform")
LONGEST_FILE = 300  # lines
MOST_BUILDING_BLOCKS = 2500  # lines
MOST_NEIGHBOURS = 3

BINDING = "building_blocks.interfaces.binding"
ONLY_IN = {
    "django.db.transaction": "platform/building_blocks/db.py",
    f"{BINDING}.use": "*/neighbours.py",
    f"{BINDING}.bind": "*/apps.py",
    "building_blocks.messaging.subscriptions.subscribe": "*/apps.py",
    "django.db.connection": "platform/*",
    "django.db.connections": "platform/*",
}
"""What may be imported in files of this pattern alone."""

MODEL_NAME = re.compile(r"[a-z_]+\.[A-Z]\w*")
MODULE_NAME = re.compile(r"contexts\.\w+(\.\w+)*")
LOOKS_UP_MODELS = {"get_model", "get_app_config"}


def imports_in_the_wrong_place(root: Path) -> list[str]:
    """Whole modules count, too: `from django import db` is as good as `from django.db import transaction`."""
    return [
        f"{path}: imports {imported}"
        for path, tree in _parsed(root, *CODE)
        for imported in _imported(tree)
        for name, place in ONLY_IN.items()
        if not path.match(place) and (imported == name or imported == name.rpartition(".")[0] and _whole(imported))
    ]


def too_many_neighbours(root: Path) -> list[str]:
    return [
        f"{path}: asks {count} contexts"
        for path, tree in _parsed(root, "contexts")
        if (count := sum(called == "use" for called, _ in _calls(tree))) > MOST_NEIGHBOURS
    ]
