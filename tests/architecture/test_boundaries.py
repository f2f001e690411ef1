"""The code meets the contracts of `importlinter.ini`, and a forbidden import breaks each of them."""

import os
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.architecture.tree import PACKAGES, ROOT, append_line, copy_tree

VIOLATIONS = {
    "Imports point one way: from config down to observability": [
        ("platform/provisioning/provision.py", "import contexts.catalog.models"),
        ("platform/provisioning/provision.py", "import config.contexts"),
        ("platform/provisioning/provision.py", "import gateway.middleware"),
        ("platform/messaging/relay.py", "import web_api.throttling.counting"),
        ("platform/messaging/relay.py", "import gateway.middleware"),
        ("platform/building_blocks/databases/transactions.py", "import web_api.throttling.counting"),
        ("platform/building_blocks/databases/transactions.py", "import messaging.models"),
        ("platform/building_blocks/databases/transactions.py", "import message_console.interventions"),
        ("platform/building_blocks/databases/transactions.py", "import backoffice.pages"),
        ("platform/backoffice/middleware.py", "import contexts.catalog.published.dto"),
        ("platform/backoffice/middleware.py", "import message_console.story"),
        ("platform/message_console/story.py", "import contexts.ordering.models"),
        ("platform/observability/metrics.py", "import messaging.models"),
        ("platform/demo_payments/views.py", "import contexts.ordering.published.events"),
        ("contexts/basket/queries.py", "import gateway.middleware"),
        ("contexts/basket/queries.py", "import config.settings"),
    ],
    "Nothing imports tools": [
        ("contexts/catalog/apps.py", "import tools.seeding.products"),
        ("contexts/basket/queries.py", "import tools.contracts.files"),
        ("config/urls.py", "import tools.local.postgres"),
        ("platform/gateway/apps.py", "import tools.tour.shop"),
    ],
    "Contexts meet only at what they publish": [
        ("contexts/basket/use_cases/add_item.py", "import contexts.catalog.use_cases.reserve_stock"),
        ("contexts/ordering/models/orders.py", "from contexts.basket.models import Coupon"),
        ("contexts/ordering/queries.py", "def late():\n    from contexts.catalog import queries"),
        ("contexts/ordering/queries.py", "if False:\n    from ..identity.models import User"),
        ("contexts/basket/queries.py", "import contexts.catalog.published.deep.dto"),
    ],
    "No other context calls ordering": [
        ("contexts/identity/queries.py", "import contexts.ordering.published.commands"),
    ],
    "Only ordering calls basket": [
        ("contexts/catalog/queries.py", "import contexts.basket.published.interface"),
        ("contexts/identity/queries.py", "import contexts.basket.published.commands"),
    ],
    "Only basket and ordering call catalog": [
        ("contexts/identity/queries.py", "import contexts.catalog.published.interface"),
    ],
    "Only ordering calls identity": [
        ("contexts/basket/neighbours.py", "import contexts.identity.published.interface"),
    ],
    "Every context has the same shape, and imports downwards": [
        ("contexts/catalog/helpers.py", ""),
        ("contexts/catalog/models.py", "import contexts.catalog.use_cases.reserve_stock"),
        ("contexts/basket/models.py", "import contexts.basket.db"),
        ("contexts/basket/use_cases/add_item.py", "import contexts.basket.api.views"),
        ("contexts/basket/queries.py", "import contexts.basket.facade"),
        ("contexts/basket/published/dto.py", "import contexts.basket.domain.pricing"),
    ],
    "`published` and `domain` are plain Python": [
        ("contexts/identity/domain/refresh_tokens.py", "from django.conf import settings"),
        ("contexts/catalog/published/dto.py", "from rest_framework import serializers"),
        ("platform/building_blocks/money.py", "from django.db import models"),
    ],
    "The gateway sees of a context only what it publishes": [
        ("platform/gateway/middleware.py", "import contexts.catalog.models"),
        ("platform/gateway/middleware.py", "from contexts.catalog import queries"),
    ],
    "Only ordering's adapters know the demo's payment provider": [
        ("contexts/basket/queries.py", "import demo_payments.cards"),
        ("contexts/ordering/use_cases/place_order.py", "import demo_payments.provider"),
    ],
    "Only the bus on Celery knows Celery": [
        ("contexts/ordering/use_cases/place_order.py", "import celery"),
        ("platform/messaging/relay.py", "from kombu import Queue"),
        ("tools/local/reset.py", "import celery"),
    ],
    "Which bus there is, only settings and config say": [
        ("contexts/basket/event_handlers.py", "import messaging.buses.celery.bus"),
        ("platform/messaging/relay.py", "import messaging.buses.in_process"),
    ],
}

ALLOWED = [
    ("platform/gateway/middleware.py", "import contexts.catalog.published.interface"),
    ("tools/local/reset.py", "import contexts.catalog.models"),
    ("contexts/ordering/neighbours.py", "import contexts.catalog.published.interface"),
    ("contexts/identity/event_handlers.py", "import contexts.ordering.published.events"),
    ("contexts/identity/use_cases/rename_user.py", "import contexts.ordering.published.dto"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the code, with modules that some violations import and the project does not have."""
    copy = copy_tree(tmp_path / "tree")
    append_line(copy, "contexts/ordering/published/commands.py", "")
    append_line(copy, "contexts/catalog/published/deep/__init__.py", "")
    append_line(copy, "contexts/catalog/published/deep/dto.py", "")
    return copy


def test_the_code_meets_every_contract() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", "importlinter.ini", "--no-cache"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(["platform", "."])}

    linted = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [(contract, file, line) for contract, violations in VIOLATIONS.items() for file, line in violations],
)
def test_a_violation_breaks_its_contract_and_no_other(
    tree: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    contract: str,
    file: str,
    line: str,
) -> None:
    append_line(tree, file, line)

    assert broken_contracts(tree, monkeypatch, capsys) == [contract]


def test_allowed_imports_break_nothing(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for file, line in ALLOWED:
        append_line(tree, file, line)

    assert broken_contracts(tree, monkeypatch, capsys) == []


def test_every_contract_has_a_violation() -> None:
    assert {contract["name"] for contract in contracts()} == set(VIOLATIONS)


def test_every_context_has_a_contract_that_names_its_callers() -> None:
    protected = [module for contract in contracts() for module in contract.get("protected_modules", "").split()]
    contexts = {path.parent.name for path in ROOT.glob("contexts/*/apps.py")}

    assert {module.split(".")[1] for module in protected if module.endswith(".interface")} == contexts


def contracts() -> list[dict[str, str]]:
    parser = ConfigParser()
    parser.read(ROOT / "importlinter.ini")
    return [dict(parser[section]) for section in parser.sections() if ":contract:" in section]


def broken_contracts(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Lint a tree within this process, although it has imported the real one: separate processes take longer."""
    with monkeypatch.context() as patch:
        patch.chdir(tree)
        # It would configure logging for the whole process, and later tests would not find their records.
        patch.setattr("importlinter.cli.logging_config.dictConfig", lambda configuration: None)
        patch.syspath_prepend(str(tree / "platform"))
        for package in PACKAGES:
            patch.delitem(sys.modules, Path(package).name, raising=False)
        status = lint_imports("importlinter.ini", no_cache=True)
    printed = capsys.readouterr().out
    broken = re.findall(r"^(.+) BROKEN", printed, re.MULTILINE)
    assert status == bool(broken), printed
    return broken
