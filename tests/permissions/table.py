"""The table of who may do what, as Markdown, and where it is kept."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tests.permissions.endpoints import Endpoint
from tests.permissions.world import PEOPLE

FILE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
Found = dict[Endpoint, dict[str, str]]


def written(found: Found) -> str:
    """Return a table for each group; likes that are treated alike share a row."""
    by_group = sorted(found, key=lambda endpoint: endpoint.group)
    parts = [_table(group, {each: found[each] for each in some}) for group, some in groupby(by_group, _group)]
    return "\n\n".join(parts)


def kept(part: str) -> str:
    """Return what the file says below a heading."""
    return _split(part)[1]


def keep(part: str, text: str) -> None:
    before, _, after = _split(part)
    FILE.write_text(f"{before}\n\n{text}\n{after}")


def _split(part: str) -> tuple[str, str, str]:
    match = re.fullmatch(rf"(.*^## {part}$)\n(.*?)\n*(^## .*|\Z)", FILE.read_text(), re.DOTALL | re.MULTILINE)
    assert match, f"{FILE} has no heading '## {part}'"
    return match[1], match[2].strip(), f"\n{match[3]}" if match[3] else ""


def _group(endpoint: Endpoint) -> str:
    return endpoint.group


def _table(group: str, found: Found) -> str:
    heading = f"| endpoint | {' | '.join(PEOPLE)} |\n|---|{'---|' * len(PEOPLE)}"
    return f"### `{group}`\n\n{heading}\n" + "\n".join(_rows(found))


def _rows(found: Found) -> Iterator[str]:
    """Yield a row for all endpoints of one name whose cells agree, in the order of their names."""
    methods: dict[tuple[str, str, str], list[str]] = {}
    for endpoint, treated in found.items():
        cells = " | ".join(treated[person] for person in PEOPLE)
        methods.setdefault((endpoint.name, endpoint.of, cells), []).append(endpoint.method.upper())
    things: dict[tuple[str, str, str], list[str]] = {}
    for (name, of, cells), ways in methods.items():
        things.setdefault((name, ", ".join(ways), cells), []).append(of)
    for (name, ways_to, cells), of_all in sorted(things.items()):
        whose = f" of {', '.join(sorted(of_all))}" if any(of_all) else ""
        yield f"| {ways_to} `{name}`{whose} | {cells} |"
