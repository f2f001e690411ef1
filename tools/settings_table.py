"""
Writes the tables of settings into docs/operations.md: `make docs`.

In `.env.example` and in the code, the comment behind a setting or right above it describes it.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

DOCUMENT = "docs/operations.md"
END = "<!-- end -->"
CODE = [
    *(f"config/settings/{part}.py" for part in ("base", "data", "messaging", "accounts", "operators", "http", "shop")),
    "config/settings/observability.py",
    "config/databases.py",
]
SOURCES = {".env": [".env.example"], "environment": CODE}


@dataclass(frozen=True, slots=True)
class Setting:
    """
    A row of the table.

    :param default: the default in production; empty if there is none, or none that a table could show.
    """

    name: str
    default: str
    purpose: str


def with_tables(root: Path) -> str:
    """Return the document with current tables between their markers."""
    document = (root / DOCUMENT).read_text("utf-8")
    for marker, files in SOURCES.items():
        rows = [f"| `{s.name}` | {s.default} | {s.purpose} |" for file in files for s in settings_in(root / file)]
        table = "\n".join(["| name | default | what it is for |", "|---|---|---|", *rows])
        before, begin, rest = document.partition(f"<!-- settings: {marker} -->\n")
        document = f"{before}{begin}\n{table}\n\n{END}{rest.partition(END)[2]}"
    return document


def settings_in(file: Path) -> list[Setting]:
    """Return the settings of a file, in their order there; a setting without a comment has an empty purpose."""
    text = file.read_text("utf-8")
    return list(_from_code(text) if file.suffix == ".py" else _from_example(text))


def _from_example(text: str) -> Iterator[Setting]:
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if match := re.fullmatch(r"([A-Z_]+)=(.*)", line):
            yield Setting(match[1], _format_default(match[2]), _comment_above(lines, number))


def _from_code(text: str) -> Iterator[Setting]:
    lines, tree = text.splitlines(), list(ast.walk(ast.parse(text)))
    statements = [node for node in tree if isinstance(node, ast.stmt)]
    for call in sorted((node for node in tree if _reads_a_setting(node)), key=lambda call: call.lineno):
        statement = max((s for s in statements if s.lineno <= call.lineno <= _end(s)), key=lambda s: s.lineno)
        trailing = _comment(lines[_end(call) - 1].partition("  #")[2])
        default = _default(call.keywords[0].value) if call.keywords else ""
        yield Setting(
            _name(call.args[0]), _format_default(default), trailing or _comment_above(lines, statement.lineno - 1)
        )


def _reads_a_setting(node: ast.AST) -> TypeGuard[ast.Call]:
    readers = ("env.str", "env.int", "env.bool", "env.list", "env.rate", "env.rates")
    return isinstance(node, ast.Call) and ast.unparse(node.func) in readers


def _end(node: ast.expr | ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _name(argument: ast.expr) -> str:
    """Return the name of a setting; `f"{login.upper()}_URL"` is `<LOGIN>_URL`."""
    text = ast.literal_eval(argument) if isinstance(argument, ast.Constant) else ast.unparse(argument)[2:-1]
    return re.sub(r"{(\w+)[^}]*}", lambda match: f"<{match[1].upper()}>", text)


def _default(value: ast.expr) -> object:
    match value:
        case ast.Constant():
            return value.value
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return int(str(_default(left))) * int(str(_default(right)))
        case ast.IfExp(test=ast.Name(id="DEVELOPMENT"), orelse=in_production):
            return _default(in_production)
    return ""


def _format_default(default: object) -> str:
    return "" if default == "" else f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _comment_above(lines: list[str], number: int) -> str:
    first = number
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return _comment(" ".join(line.lstrip("# ") for line in lines[first:number]))


def _comment(text: str) -> str:
    """Return the text of a comment as a cell of a table, without directives to linters."""
    cell = re.sub(r"^(noqa|type:)[^#]*(#|$)", "", text.strip()).strip().replace("|", "\\|")
    return cell[:1].upper() + cell[1:]


if __name__ == "__main__":
    root = Path(sys.argv[1])
    (root / DOCUMENT).write_text(with_tables(root), "utf-8")
