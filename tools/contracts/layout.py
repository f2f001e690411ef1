"""Formats JSON for people: an object that fits on one line is written on one."""

import json
from typing import Any

MAX_LINE = 90  # characters, without the name before them


def format_json(value: Any, depth: int = 0) -> str:
    """
    Return the value as JSON.

    :param depth: the number of objects around it; the outer two are never written on one line.
    """
    line = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict) or (depth > 1 and len(line) <= MAX_LINE):
        return line
    indent = "  " * depth
    inner = [f"{indent}  {json.dumps(name)}: {format_json(item, depth + 1)}" for name, item in value.items()]
    return "{\n" + ",\n".join(inner) + f"\n{indent}}}"
