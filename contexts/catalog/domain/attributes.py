"""
A product's attributes as lines that a person reads and writes: `Capacity: 330 ml`, `Material: oak`, `Dishwasher: yes`.

A number is a number, `yes` and `no` are what they say, all else is text. Text that would be read otherwise stands in
quotes, and a unit after text in brackets, so that what is written out reads back the same.
"""

import json
import re
from typing import Any

Attribute = dict[str, Any]

MOST = 40
NUMBER = re.compile(r"(-?\d{1,15}(?:\.\d{1,9})?)(?:\s+(\S.*))?")
QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")(?:\s*\[(.*)\])?')
TEXT = re.compile(r"(.*?)(?:\s*\[(.*)\])?")


class UnreadableLine(ValueError):
    """Raised where a line says no attribute; the message says which line, and what is missing."""


def written(attributes: list[Attribute]) -> str:
    """Return the attributes as lines, which `read` turns into the same again."""
    return "\n".join(_line(attribute) for attribute in attributes)


def read(lines: str) -> list[Attribute]:
    """
    Return the attributes that these lines say; empty lines say nothing.

    :raises UnreadableLine: one lacks its name or value, repeats a name, or there are too many.
    """
    found: dict[str, Attribute] = {}
    for number, line in enumerate(lines.splitlines(), start=1):
        if not line.strip():
            continue
        attribute = _attribute(line, number)
        if attribute["name"].lower() in found:
            raise UnreadableLine(f"Line {number}: {attribute['name']} is there twice.")
        found[attribute["name"].lower()] = attribute
    if len(found) > MOST:
        raise UnreadableLine(f"There are {len(found)} lines, at most {MOST} may be there.")
    return list(found.values())


def _attribute(line: str, number: int) -> Attribute:
    name, colon, said = (part.strip() for part in line.partition(":"))
    if not colon:
        raise UnreadableLine(f"Line {number}: a colon is missing between name and value, as in “Capacity: 330 ml”.")
    if not name or not said:
        raise UnreadableLine(f"Line {number}: the {'value' if name else 'name'} is missing.")
    value, unit = _value(said)
    return {"name": name, "value": value, "unit": unit}


def _value(said: str) -> tuple[Any, str]:
    if said.lower() in ("yes", "no"):
        return said.lower() == "yes", ""
    if matched := NUMBER.fullmatch(said):
        return _number(matched[1]), (matched[2] or "").strip()
    if matched := QUOTED.fullmatch(said):
        try:
            return json.loads(matched[1]), (matched[2] or "").strip()
        except ValueError:  # a backslash that JSON does not know: then the quotes are part of the text
            return said, ""
    matched = TEXT.fullmatch(said)
    return (matched[1], (matched[2] or "").strip()) if matched and matched[1] else (said, "")


def _number(digits: str) -> int | float:
    return float(digits) if "." in digits else int(digits)


def _line(attribute: Attribute) -> str:
    name, value, unit = attribute["name"], attribute["value"], attribute.get("unit", "")
    if isinstance(value, bool):
        return f"{name}: {'yes' if value else 'no'}"
    if isinstance(value, int | float):
        return f"{name}: {value} {unit}".rstrip()
    after = f" [{unit}]" if unit else ""
    plain = f"{value}{after}"
    return f"{name}: {plain if _value(plain) == (value, unit) else json.dumps(value, ensure_ascii=False) + after}"
