"""
A product's attributes as lines of text, for a form: `Capacity: 330 ml`, `Material: oak`, `Dishwasher: yes`.

Digits are a number, `yes` and `no` are true and false, everything else is text. Text that would be parsed otherwise is
quoted, and a unit after text is in brackets, so that formatted attributes are parsed back unchanged.
"""

import json
import re
from typing import Any

Attribute = dict[str, Any]

MAX_ATTRIBUTES = 40
NUMBER = re.compile(r"(-?\d{1,15}(?:\.\d{1,9})?)(?:\s+(\S.*))?")
QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")(?:\s*\[(.*)\])?')
TEXT = re.compile(r"(.*?)(?:\s*\[(.*)\])?")


class UnreadableLine(ValueError):
    """Raised if a line is not an attribute; the message contains the line's number and what is wrong."""


def format_attributes(attributes: list[Attribute]) -> str:
    """Return the attributes as lines; `parse_attributes` returns the same attributes from them."""
    return "\n".join(_format(attribute) for attribute in attributes)


def parse_attributes(lines: str) -> list[Attribute]:
    """
    Return the attributes in these lines, as [{"name", "value", "unit"}]; empty lines are skipped.

    :raises UnreadableLine: a line lacks its name or value or repeats a name, or there are too many.
    """
    attributes: dict[str, Attribute] = {}
    for number, line in enumerate(lines.splitlines(), start=1):
        if not line.strip():
            continue
        attribute = _parse_line(line, number)
        if attribute["name"].lower() in attributes:
            raise UnreadableLine(f"Line {number}: {attribute['name']} appears twice.")
        attributes[attribute["name"].lower()] = attribute
    if len(attributes) > MAX_ATTRIBUTES:
        raise UnreadableLine(f"There are {len(attributes)} lines: at most {MAX_ATTRIBUTES} are allowed.")
    return list(attributes.values())


def _parse_line(line: str, number: int) -> Attribute:
    name, colon, text = (part.strip() for part in line.partition(":"))
    if not colon:
        raise UnreadableLine(f"Line {number}: a colon is missing between name and value, as in “Capacity: 330 ml”.")
    if not name or not text:
        raise UnreadableLine(f"Line {number}: the {'value' if name else 'name'} is missing.")
    value, unit = _parse_value(text)
    return {"name": name, "value": value, "unit": unit}


def _parse_value(text: str) -> tuple[Any, str]:
    if text.lower() in ("yes", "no"):
        return text.lower() == "yes", ""
    if match := NUMBER.fullmatch(text):
        return _parse_number(match[1]), (match[2] or "").strip()
    if match := QUOTED.fullmatch(text):
        try:
            return json.loads(match[1]), (match[2] or "").strip()
        except ValueError:  # a backslash that JSON does not know: the quotes are part of the text
            return text, ""
    match = TEXT.fullmatch(text)
    return (match[1], (match[2] or "").strip()) if match and match[1] else (text, "")


def _parse_number(digits: str) -> int | float:
    return float(digits) if "." in digits else int(digits)


def _format(attribute: Attribute) -> str:
    name, value, unit = attribute["name"], attribute["value"], attribute.get("unit", "")
    if isinstance(value, bool):
        return f"{name}: {'yes' if value else 'no'}"
    if isinstance(value, int | float):
        return f"{name}: {value} {unit}".rstrip()
    suffix = f" [{unit}]" if unit else ""
    plain = f"{value}{suffix}"
    return (
        f"{name}: {plain if _parse_value(plain) == (value, unit) else json.dumps(value, ensure_ascii=False) + suffix}"
    )
