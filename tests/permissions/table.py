"""The permissions as Markdown tables, and the file that contains them."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tests.permissions.endpoints import Endpoint
from tests.permissions.scenario import PEOPLE

FILE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
Results = dict[Endpoint, dict[str, str]]


def render(results: Results) -> str:
    """Return a table for each group; endpoints of one name with equal cells share a row."""
    by_group = sorted(results, key=lambda endpoint: endpoint.group)
    parts = [_table(group, {each: results[each] for each in some}) for group, some in groupby(by_group, _group)]
    return "\n\n".join(parts)


def read_section(part: str) -> str:
    """Return the text of the file below a heading."""
    return _split(part)[1]


def write_section(part: str, text: str) -> None:
    before, _, after = _split(part)
    FILE.write_text(f"{before}\n\n{text}\n{after}")


def _split(part: str) -> tuple[str, str, str]:
    match = re.fullmatch(rf"(.*^## {part}$)\n(.*?)\n*(^## .*|\Z)", FILE.read_text(), re.DOTALL | re.MULTILINE)
    assert match, f"{FILE} has no heading '## {part}'"
    return match[1], match[2].strip(), f"\n{match[3]}" if match[3] else ""


def _group(endpoint: Endpoint) -> str:
    return endpoint.group


def _table(group: str, results: Results) -> str:
    heading = f"| endpoint | {' | '.join(PEOPLE)} |\n|---|{'---|' * len(PEOPLE)}"
    return f"### `{group}`\n\n{heading}\n" + "\n".join(_rows(results))


def _rows(results: Results) -> Iterator[str]:
    """Yield a row for all endpoints with the same name and equal cells, sorted by name."""
    methods: dict[tuple[str, str, str], list[str]] = {}
    for endpoint, cells_by_person in results.items():
        cells = " | ".join(cells_by_person[person] for person in PEOPLE)
        methods.setdefault((endpoint.name, endpoint.subject, cells), []).append(endpoint.method.upper())
    rows: dict[tuple[str, str, str], list[str]] = {}
    for (name, subject, cells), methods_of in methods.items():
        rows.setdefault((name, ", ".join(methods_of), cells), []).append(subject)
    for (name, methods_text, cells), subjects in sorted(rows.items()):
        suffix = f" of {', '.join(sorted(subjects))}" if any(subjects) else ""
        yield f"| {methods_text} `{name}`{suffix} | {cells} |"
