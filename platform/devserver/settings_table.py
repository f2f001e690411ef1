"""
Writes the tables of settings into docs/operations.md: `make docs`. What they say stands beside each setting.

In `.env.example` and in the code alike, the comment behind a setting or right above it is what it is for.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

PAPER = "docs/operations.md"
END = "<!-- end -->"
SOURCES = {".env": [".env.example"], "environment": ["config/settings.py", "config/databases.py"]}


@dataclass(frozen=True, slots=True)
class Setting:
    """:param default: in production; empty where there is none, or none that a table could show."""

    name: str
    default: str
    purpose: str


def with_tables(root: Path) -> str:
    """Return the paper as it should be, with each table between its markers."""
    paper = (root / PAPER).read_text("utf-8")
    for marker, files in SOURCES.items():
        rows = [f"| `{s.name}` | {s.default} | {s.purpose} |" for file in files for s in settings_in(root / file)]
        table = "\n".join(["| name | default | what it is for |", "|---|---|---|", *rows])
        before, begin, rest = paper.partition(f"<!-- settings: {marker} -->\n")
        paper = f"{before}{begin}\n{table}\n\n{END}{rest.partition(END)[2]}"
    return paper


def settings_in(file: Path) -> list[Setting]:
    """Return the settings that a file names, in their order there; one without a comment has an empty purpose."""
    text = file.read_text("utf-8")
    return list(_of_the_code(text) if file.suffix == ".py" else _of_the_example(text))


def _of_the_example(text: str) -> Iterator[Setting]:
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if found := re.fullmatch(r"([A-Z_]+)=(.*)", line):
            yield Setting(found[1], _shown(found[2]), _comment_above(lines, number))


def _of_the_code(text: str) -> Iterator[Setting]:
    lines, tree = text.splitlines(), list(ast.walk(ast.parse(text)))
    statements = [node for node in tree if isinstance(node, ast.stmt)]
    for call in sorted((node for node in tree if _reads_a_setting(node)), key=lambda call: call.lineno):
        around = max((s for s in statements if s.lineno <= call.lineno <= _end(s)), key=lambda s: s.lineno)
        behind = _comment(lines[_end(call) - 1].partition("  #")[2])
        default = _default(call.keywords[0].value) if call.keywords else ""
        yield Setting(_name(call.args[0]), _shown(default), behind or _comment_above(lines, around.lineno - 1))


def _reads_a_setting(node: ast.AST) -> TypeGuard[ast.Call]:
    readers = ("env.str", "env.int", "env.bool", "env.list", "env.rate", "env.rates")
    return isinstance(node, ast.Call) and ast.unparse(node.func) in readers


def _end(node: ast.expr | ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _name(argument: ast.expr) -> str:
    """Return the name of a setting; `f"{login.upper()}_URL"` is `<LOGIN>_URL`."""
    text = ast.literal_eval(argument) if isinstance(argument, ast.Constant) else ast.unparse(argument)[2:-1]
    return re.sub(r"{(\w+)[^}]*}", lambda found: f"<{found[1].upper()}>", text)


def _default(value: ast.expr) -> object:
    match value:
        case ast.Constant():
            return value.value
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return int(str(_default(left))) * int(str(_default(right)))
        case ast.IfExp(test=ast.Name(id="DEVELOPMENT"), orelse=in_production):
            return _default(in_production)
    return ""


def _shown(default: object) -> str:
    return "" if default == "" else f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _comment_above(lines: list[str], number: int) -> str:
    first = number
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return _comment(" ".join(line.lstrip("# ") for line in lines[first:number]))


def _comment(text: str) -> str:
    """Return what a comment says to people, as a cell of a table."""
    said = re.sub(r"^(noqa|type:)[^#]*(#|$)", "", text.strip()).strip().replace("|", "\\|")
    return said[:1].upper() + said[1:]


if __name__ == "__main__":
    root = Path(sys.argv[1])
    (root / PAPER).write_text(with_tables(root), "utf-8")
