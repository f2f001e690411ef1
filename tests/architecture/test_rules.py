"""Each rule of `rules.py` and `words.py` holds for this project, and reports a violation."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import rules, words
from tests.architecture.tree import ROOT, append_line

Rule = Callable[[Path], list[str]]

RULES: dict[Rule, list[tuple[str, str]]] = {
    rules.imports_in_the_wrong_file: [
        ("contexts/basket/use_cases/add_item.py", "from django.db import transaction"),
        ("contexts/basket/use_cases/add_item.py", "def late():\n    import django.db.transaction as t"),
        ("contexts/basket/db.py", "from django.db.transaction import atomic"),
        ("platform/demo_payments/views.py", "from django import db"),
        ("config/urls.py", "from django.db import *"),
        ("contexts/basket/queries.py", "from building_blocks.interfaces.binding import use"),
        ("contexts/basket/queries.py", "from building_blocks.interfaces import binding"),
        ("platform/gateway/apps.py", "from building_blocks.interfaces.binding import use as ask"),
        ("contexts/basket/facade.py", "from building_blocks.interfaces.binding import bind"),
        ("contexts/basket/command_handlers.py", "from messaging.subscriptions import on, subscribe"),
        ("platform/observability/tracing.py", "from opentelemetry import trace"),
    ],
    rules.contexts_that_choose_a_database: [
        ("contexts/basket/queries.py", "Basket.objects.using('catalog').all()"),
        ("contexts/basket/queries.py", "from django.db import connections"),
        ("contexts/basket/queries.py", "from django.db import models, connection"),
    ],
    rules.locks_with_a_join: [
        ("contexts/basket/models.py", "Item.objects.select_for_update().select_related('basket').get()"),
        ("contexts/basket/models.py", "rows = objects.select_related('a').filter(b=1).select_for_update(of=('self',))"),
        ("platform/gateway/a.py", "def f(self):\n    return self.select_for_update(of=('self',)).select_related('b')"),
    ],
    rules.contexts_with_many_neighbours: [
        ("contexts/basket/neighbours.py", "a = use(A)\nb = use(B)\nc = use(C)\nd = use(D)"),
    ],
    rules.references_to_other_models: [
        ("contexts/basket/models.py", "product = models.ForeignKey('catalog.Product', models.CASCADE)"),
        ("contexts/basket/models.py", "apps.get_model('catalog', 'Product')"),
        ("contexts/basket/models.py", "get_app_config('demo_payments')"),
        ("contexts/basket/models.py", "import_module('contexts.catalog.models')"),
        ("contexts/basket/models.py", "user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)"),
        ("contexts/basket/models.py", "get_user_model()"),
    ],
    rules.misplaced_messages: [
        ("contexts/basket/published/events.py", "@event('catalog.emptied.v1', key='id')\nclass Emptied: ..."),
        ("contexts/basket/published/events.py", "@command('basket.empty.v1', key='id')\nclass Empty: ..."),
        ("contexts/basket/published/events.py", "@event('basket.emptied', key='id')\nclass Emptied: ..."),
        ("contexts/basket/use_cases/add_item.py", "@event('basket.added.v1', key='id')\nclass Added: ..."),
        ("contexts/basket/command_handlers.py", "@declare.command('basket.empty.v1', key='id')\nclass Empty: ..."),
        ("platform/gateway/apps.py", "@event('gateway.opened.v1', key='id')\nclass Opened: ..."),
    ],
    rules.conflicts_without_a_target: [
        ("contexts/basket/use_cases/add_item.py", "Basket.objects.bulk_create(rows, ignore_conflicts=True)"),
        ("platform/demo_payments/models.py", "sql = f'INSERT INTO {table} VALUES (1) ON CONFLICT DO NOTHING'"),
        ("benchmarks/shop.py", "INSERT = 'insert into a values (1) on  conflict do nothing'"),
    ],
    rules.names_that_hide_the_standard_library: [
        ("platform/__init__.py", ""),
        ("platform/json/__init__.py", ""),
        ("platform/queue.py", ""),
    ],
    rules.hidden_platform_module: [
        ("platform/__init__.py", ""),
    ],
    rules.ambiguous_test_folders: [
        ("tests/catalog/test_something.py", ""),
        ("tests/platform/__init__.py", ""),
    ],
    rules.context_tests_that_use_other_contexts: [
        ("tests/basket/test_it.py", "from contexts.catalog.models import Stock"),
        ("tests/basket/test_it.py", "def late():\n    import contexts.catalog.use_cases.change_stock"),
        ("tests/basket/test_it.py", "from tests.shop import create_variant"),
        ("tests/catalog/conftest.py", "from tests import shop"),
    ],
    words.refused_words: [
        ("README.md", f"Do it, {words.REFUSED[0]} you are."),
        ("contexts/basket/new.py", f"# {words.REFUSED[1].capitalize()} else's."),
        ("docs/decisions/0001.md", words.REFUSED[3]),
    ],
    rules.long_files: [
        ("contexts/basket/models.py", "a = 1\n" * 301),
        ("platform/gateway/middleware.py", "a = 1\n" * 301),
    ],
    rules.platform_outweighs_contexts: [
        ("platform/building_blocks/everything.py", "a = 1\n" * 101),
    ],
    rules.frameworks_behind_plain_modules: [
        ("contexts/basket/published/__init__.py", "import django"),
        ("contexts/basket/domain/__init__.py", "import rest_framework"),
        ("contexts/__init__.py", "import django"),
    ],
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A minimal tree of the project: two contexts, larger than the platform."""
    for file in ("contexts/__init__.py", "contexts/basket/published/__init__.py", "platform/gateway/__init__.py"):
        append_line(tmp_path, file, "")
    append_line(tmp_path, "contexts/catalog/models.py", "a = 1\n" * 99)
    return tmp_path


@pytest.mark.parametrize("rule", RULES)
def test_the_project_breaks_no_rule(rule: Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize(
    ("rule", "file", "text"), [(rule, file, text) for rule, violations in RULES.items() for file, text in violations]
)
def test_a_violation_is_reported(tree: Path, rule: Rule, file: str, text: str) -> None:
    assert rule(tree) == []

    append_line(tree, file, text)

    violations_found = rule(tree)
    assert violations_found
    assert all(file.startswith(violation.partition(":")[0]) for violation in violations_found)
