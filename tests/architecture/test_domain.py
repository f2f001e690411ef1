"""The tables of docs/domain.md and docs/patterns.md match the code, and a difference is reported."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import domain
from tests.architecture.tree import ROOT, append_line

Rule = Callable[[Path], list[str]]

DOMAIN = """
## Nouns

| noun | where |
|---|---|
| basket | `basket.Basket` |

## Verbs

| verb | context | use cases | queries | also |
|---|---|---|---|---|
| fill it | basket | `add_item` | `basket_of` | |

## Context map

`basket.emptied.v1`

## Glossary

| word | in | meaning |
|---|---|---|
| coupon | basket | a code |
| offer, price | catalog | what it costs |

## Words with two meanings

| word | here | there |
|---|---|---|
"""
PATTERNS = "\n## Patterns\n\n| pattern | here | module | test |\n|---|---|---|---|\n" + "".join(
    f"| {name} | it is | `contexts/basket/models.py` | `test_it.py::test_works` |\n" for name in domain.PATTERN_NAMES
)
FIRST = domain.PATTERN_NAMES[0]
CODE = {
    "contexts/basket/models.py": "class Basket(Model): ...",
    "contexts/basket/queries.py": "def basket_of(): ...\ndef _private(): ...",
    "contexts/basket/use_cases/__init__.py": "",
    "contexts/basket/use_cases/add_item.py": "def add_item(): ...",
    "contexts/basket/published/events.py": "@event('basket.emptied.v1', key='id')\nclass Emptied: ...",
    "tests/test_it.py": "def test_works(): ...",
    domain.DOMAIN: DOMAIN,
    domain.PATTERNS: PATTERNS,
}
DIFFERENCES: dict[Rule, list[tuple[str, str, str]]] = {
    domain.verbs: [
        (domain.DOMAIN, "`add_item`", "`add_item`, `gone`"),
        (domain.DOMAIN, "`add_item`", ""),
        (domain.DOMAIN, "`basket_of`", "`gone`, `basket_of`"),
        (domain.DOMAIN, "`basket_of`", ""),
    ],
    domain.messages: [
        (domain.DOMAIN, "`basket.emptied.v1`", ""),
        (domain.DOMAIN, "`basket.emptied.v1`", "`basket.emptied.v1`, `basket.gone.v1`"),
    ],
    domain.nouns: [(domain.DOMAIN, "`basket.Basket`", "`basket.Gone`")],
    domain.glossary: [
        (domain.DOMAIN, "| offer, price |", "| offer, coupon |"),
        (domain.DOMAIN, "| coupon |", "| voucher |"),
    ],
    domain.patterns: [
        (domain.PATTERNS, f"| {FIRST} |", "| Big ball of mud |"),
        (domain.PATTERNS, f"{FIRST} | it is | `contexts/basket/models.py`", f"{FIRST} | it is | `contexts/gone.py`"),
        (domain.PATTERNS, f"{FIRST} | it is | `contexts/basket/models.py`", f"{FIRST} | it is | there"),
        (domain.PATTERNS, "`test_it.py::test_works`", "`test_it.py::test_gone`"),
        (domain.PATTERNS, "`test_it.py::test_works`", "somewhere"),
    ],
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for file, text in CODE.items():
        append_line(tmp_path, file, text)
    return tmp_path


@pytest.mark.parametrize("rule", DIFFERENCES, ids=lambda rule: rule.__name__)
class TestDocumentation:
    def test_matches_the_code(self, rule: Rule) -> None:
        assert rule(ROOT) == []

    def test_is_reported_if_it_differs(self, tree: Path, rule: Rule) -> None:
        assert rule(tree) == []

        for document, text, changed in DIFFERENCES[rule]:
            (tree / document).write_text(CODE[document].replace(text, changed, 1))

            assert rule(tree) != [], changed

    def test_needs_no_module_or_test_for_a_pattern_that_is_not_there_yet(self, tree: Path, rule: Rule) -> None:
        row = f"{FIRST} | it is | `contexts/basket/models.py` | `test_it.py::test_works`"
        (tree / domain.PATTERNS).write_text(PATTERNS.replace(row, f"{FIRST} | it is | Not yet: no need | –"))

        assert rule(tree) == []
