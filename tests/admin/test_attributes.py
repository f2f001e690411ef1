"""A product's attributes as lines: formatted attributes are parsed unchanged, and errors name their line."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contexts.catalog.admin.attributes import UnreadableLine, format_attributes, parse_attributes

WORDS = st.text("aB7é°×.-%", min_size=1, max_size=8)
VALUES = st.booleans() | st.integers(-(10**9), 10**9) | WORDS


@pytest.mark.parametrize(
    ("line", "value", "unit"),
    [
        ("Capacity: 330 ml", 330, "ml"),
        ("Thickness: 2.5 mm", 2.5, "mm"),
        ("Pieces: 500", 500, ""),
        ("Temperature: -18 °C", -18, "°C"),
        ("Dishwasher safe: yes", True, ""),
        ("Microwave safe: No", False, ""),
        ("Material: Walnut and maple", "Walnut and maple", ""),
        ("Format: A4 [paper]", "A4", "paper"),
        ('Edition: "2"', "2", ""),
        ('Answer: "yes"', "yes", ""),
        ("Ratio: 16:9", "16:9", ""),
    ],
)
def test_a_line_has_a_name_a_value_and_possibly_a_unit(line: str, value: Any, unit: str) -> None:
    (attribute,) = parse_attributes(line)

    assert (attribute["name"], attribute["value"], attribute["unit"]) == (line.partition(":")[0], value, unit)
    assert type(attribute["value"]) is type(value)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(WORDS, st.tuples(VALUES, WORDS | st.just("")), max_size=5))
def test_formatted_attributes_are_parsed_unchanged(by_name: dict[str, tuple[Any, str]]) -> None:
    names = {name.lower(): name for name in by_name}.values()
    units = {name: "" if isinstance(by_name[name][0], bool) else by_name[name][1] for name in names}
    attributes = [{"name": name, "value": by_name[name][0], "unit": units[name]} for name in names]

    assert parse_attributes(format_attributes(attributes)) == attributes


@pytest.mark.parametrize("text", ["2 years", "yes", "007", 'the "best"', "A4 [paper]", "[x]", '"', "-1", "1e5"])
def test_text_stays_text(text: str) -> None:
    attributes = [{"name": "Note", "value": text, "unit": ""}]

    assert parse_attributes(format_attributes(attributes)) == attributes


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("Capacity 330 ml", "Line 1: a colon is missing"),
        ("Material: oak\n\n: 5", "Line 3: the name is missing"),
        ("Material:", "Line 1: the value is missing"),
        ("Material: oak\nmaterial: ash", "Line 2: material appears twice"),
        ("\n".join(f"Number {n}: 1" for n in range(41)), "There are 41 lines"),
    ],
)
def test_an_unreadable_line_is_named(lines: str, message: str) -> None:
    with pytest.raises(UnreadableLine) as refused:
        parse_attributes(lines)

    assert message in str(refused.value)
