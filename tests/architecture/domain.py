"""Compares docs/domain.md and docs/patterns.md with the code. Each function returns the differences as text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from tests.architecture.documents import has_tests
from tests.architecture.rules import declared_messages
from tests.architecture.source import public_functions

DOMAIN, PATTERNS = "docs/domain.md", "docs/patterns.md"
QUOTED = re.compile(r"`([^`]+)`")
MESSAGE_TYPE = re.compile(r"[a-z_]+\.[a-z_]+\.v\d+")
MODEL = re.compile(r"[a-z_]+\.[A-Z]\w+")
PATTERN_NAMES = (
    "Decomposition by business capability",
    "Decomposition by subdomain",
    "Bounded context",
    "Context map",
    "Tactical domain-driven design",
    "Database per service",
    "Polyglot persistence",
    "Gateway routing",
    "Gateway aggregation",
    "Gateway offloading",
    "Backend for frontend",
    "Service aggregator",
    "Client-side discovery",
    "Server-side discovery",
    "Synchronous communication",
    "Asynchronous communication",
    "Command (one-to-one message)",
    "Publish/subscribe",
    "Fan-out",
    "Message filtering",
    "At-least-once delivery and idempotency",
    "Saga",
    "CQRS",
    "Retry",
    "Circuit breaker",
    "Observability",
    "Independent deployment",
)
"""What docs/patterns.md must answer for, in this order."""


def verbs(root: Path) -> list[str]:
    """Compare the use cases and queries of the verbs' table with those that there are."""
    documented: set[str] = set()
    for row in table(root, DOMAIN, "Verbs"):
        documented |= {f"{row[1]}/use_cases/{name}" for name in QUOTED.findall(row[2])}
        documented |= {f"{row[1]}/queries.{name}" for name in QUOTED.findall(row[3])}
    existing = {
        f"{path.parts[-3]}/use_cases/{path.stem}"
        for path in root.glob("contexts/*/use_cases/*.py")
        if path.stem != "__init__"
    }
    for path in root.glob("contexts/*/queries.py"):
        existing |= {f"{path.parent.name}/queries.{name}" for name in public_functions(path)}
    return _differences(documented, existing)


def messages(root: Path) -> list[str]:
    """Compare the types of messages that the context map names with those that contexts declare."""
    documented = set(MESSAGE_TYPE.findall(section(root, DOMAIN, "Context map")))
    return _differences(documented, {type_ for _, type_ in declared_messages(root)})


def nouns(root: Path) -> list[str]:
    """Return the models of the nouns' table that are not declared in their context."""
    rows = table(root, DOMAIN, "Nouns")
    models = {name for row in rows for name in QUOTED.findall(row[1]) if MODEL.fullmatch(name)}
    return [f"{model} does not exist" for model in sorted(models) if not _is_declared(root, *model.split("."))]


def glossary(root: Path) -> list[str]:
    """Return words that are explained twice, and words that are not in alphabetical order."""
    return [
        problem
        for heading in ("Glossary", "Words with two meanings")
        for problem in _order_problems([row[0] for row in table(root, DOMAIN, heading)])
    ]


def patterns(root: Path) -> list[str]:
    """Return patterns that are missing or unknown, and rows that name no module and test, or what does not exist."""
    rows = table(root, PATTERNS, "Patterns")
    problems = _differences({row[0] for row in rows}, set(PATTERN_NAMES))
    for name, _, modules, tests in rows:
        if "not yet" in modules.lower():
            continue
        for kind, folder, cell in (("module", "", modules), ("test", "tests", tests)):
            names = QUOTED.findall(cell)
            problems += [f"{name}: no {kind}"] if not names else []
            problems += [f"{name}: {path} does not exist" for path in names if not _exists(root / folder, path)]
    return problems


def section(root: Path, document: str, heading: str) -> str:
    """Return the text below a heading of the second level, up to the next one."""
    _, _, text = (root / document).read_text("utf-8").partition(f"\n## {heading}\n")
    return text.partition("\n## ")[0]


def table(root: Path, document: str, heading: str) -> list[list[str]]:
    """Return the rows of the tables below a heading, each with its cells, without the tables' heads."""
    lines = [line for line in section(root, document, heading).splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heads = {index for index, row in enumerate(rows) for index in (index - 1, index) if set("".join(row)) == {"-"}}
    return [row for index, row in enumerate(rows) if index not in heads]


def _differences(documented: set[str], existing: set[str]) -> list[str]:
    return [
        *(f"{name} does not exist" for name in sorted(documented - existing)),
        *(f"{name} is not documented" for name in sorted(existing - documented)),
    ]


def _order_problems(terms: list[str]) -> Iterator[str]:
    words = [word.lower() for term in terms for word in term.split(", ")]
    yield from (f"{word} is explained twice" for word, count in Counter(words).items() if count > 1)
    lowered = [term.lower() for term in terms]
    yield from (f"{term} is not in its place" for term in _misplaced(lowered))


def _misplaced(terms: list[str]) -> Iterable[str]:
    return [second for first, second in pairwise(terms) if first > second]


def _is_declared(root: Path, context: str, model: str) -> bool:
    files = [path for base in ("contexts", "platform") for path in root.glob(f"{base}/{context}/models*/**/*.py")]
    files += [path for base in ("contexts", "platform") for path in root.glob(f"{base}/{context}/models.py")]
    return any(re.search(rf"^class {model}\(", path.read_text("utf-8"), re.MULTILINE) for path in files)


def _exists(base: Path, name: str) -> bool:
    path, _, names = name.partition("::")
    return (base / path).exists() and (not names or has_tests(base / path, names.split("::")))
