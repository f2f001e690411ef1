"""`make contracts` keeps the committed files current, and `make check` fails if they are not."""

import json
import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from messaging import subscriptions
from messaging.subscriptions import Subscription
from tests.architecture.tree import ROOT, append_line, copy_tree
from tools.contracts.command import Command

BASKET = "contexts/basket/contracts.json"
SUBSCRIPTIONS = "config/subscriptions.json"
CONTEXT_MAP = "docs/context-map.md"
GENERATED = [BASKET, SUBSCRIPTIONS, CONTEXT_MAP]


@pytest.fixture
def tree(tmp_path: Path, settings: Settings) -> Path:
    """A copy of the code and of the generated files, used instead of the project."""
    copy = copy_tree(tmp_path)
    for pattern in ("manage.py", "contexts/*/*.json", "contexts/*/README.md", SUBSCRIPTIONS, CONTEXT_MAP):
        for source in ROOT.glob(pattern):
            target = copy / source.relative_to(ROOT)
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, target)
    settings.BASE_DIR = copy
    return copy


def contracts(*arguments: str) -> str:
    out = StringIO()
    call_command(Command(), *arguments, stdout=out)
    return out.getvalue()


def error_of(*arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        contracts(*arguments)
    return str(error.value)


def add_committed_field(tree: Path, name: str) -> None:
    """Add a field to the committed contract of basket that the code does not have."""
    committed = json.loads((tree / BASKET).read_text())
    committed["$defs"][name]["properties"]["colour"] = {"type": "string"}
    (tree / BASKET).write_text(json.dumps(committed))


def test_the_committed_files_match_the_code() -> None:
    assert contracts("--check") == ""


class TestABreakingChange:
    def test_is_reported_with_its_file_and_field(self, tree: Path) -> None:
        add_committed_field(tree, "RedeemCoupon")

        assert f"{BASKET}: basket.redeem_coupon.v1: colour is gone" in error_of("--check")

    def test_is_not_overwritten(self, tree: Path) -> None:
        add_committed_field(tree, "RedeemCoupon")
        committed = (tree / BASKET).read_text()

        assert "declare a new version" in error_of()
        assert (tree / BASKET).read_text() == committed

    def test_is_accepted_when_it_is_named(self, tree: Path) -> None:
        add_committed_field(tree, "RedeemCoupon")

        assert contracts("--allow-breaking", "basket.redeem_coupon.v1") == f"wrote {BASKET}\n"
        assert (tree / BASKET).read_text() == (ROOT / BASKET).read_text()

    def test_is_not_accepted_with_another(self, tree: Path) -> None:
        add_committed_field(tree, "RedeemCoupon")
        add_committed_field(tree, "BasketSnapshot")

        error = error_of("--allow-breaking", "basket.redeem_coupon.v1")

        assert "Basket.snapshot: result colour is gone" in error
        assert "redeem_coupon" not in error

    @pytest.mark.slow
    def test_of_the_code_fails_the_check(self, tree: Path) -> None:
        events, commands = "contexts/ordering/published/events.py", "contexts/catalog/published/commands.py"
        edit(tree, events, "    lines: list[OrderedLine]\n", "    lines: list[OrderedLine]\n    gift: bool\n")
        edit(tree, commands, "    lines: list[StockLine]\n    replaces", "    items: list[StockLine]\n    replaces")

        environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ} | {
            "MODE": "development",
            "PYTHONPATH": os.pathsep.join([str(tree), str(tree / "platform")]),
        }
        command = [sys.executable, "-m", "tools.contracts", "--check"]
        checked = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)

        assert checked.returncode == 1
        assert checked.stderr.startswith(
            "CommandError: contexts/catalog/contracts.json: catalog.reserve_stock.v1: lines is gone\n"
            "contexts/catalog/contracts.json: catalog.reserve_stock.v1: items is new and has no default\n"
            "contexts/ordering/contracts.json: ordering.order_confirmed.v1: gift is new and has no default\n"
        )


class TestAStaleFile:
    def test_is_reported_and_rewritten(self, tree: Path) -> None:
        for file in GENERATED:
            (tree / file).unlink()

        assert error_of("--check") == "\n".join(f"{file} is stale: make contracts" for file in GENERATED)
        assert contracts() == "".join(f"wrote {file}\n" for file in GENERATED)
        assert [file for file in GENERATED if (tree / file).read_text() != (ROOT / file).read_text()] == []

    def test_is_the_list_without_a_new_subscription(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        subscribe(monkeypatch, "identity", "catalog.stock_reserved.v1")

        assert f"{SUBSCRIPTIONS} is stale" in error_of("--check")
        error_of()  # about the README, which is written by hand
        assert json.loads((tree / SUBSCRIPTIONS).read_text())["catalog.stock_reserved.v1"] == {
            "identity": {},
            "ordering": {},
        }
        assert '    catalog -.->|"publishes StockReserved"| identity\n' in (tree / CONTEXT_MAP).read_text()

    def test_is_the_map_without_a_new_sender(self, tree: Path) -> None:
        append_line(
            tree,
            "contexts/identity/use_cases/rename_user.py",
            "from contexts.catalog.published import commands as of_catalog\nof_catalog.ReleaseStock(order_id=1)",
        )

        assert error_of("--check").splitlines() == [
            f"{CONTEXT_MAP} is stale: make contracts",
            "contexts/identity/README.md: Commands out lacks catalog.ReleaseStock",
        ]
        error_of()
        assert '    identity -->|"sends ReleaseStock"| catalog\n' in (tree / CONTEXT_MAP).read_text()

    def test_is_the_map_without_a_new_caller(self, tree: Path) -> None:
        append_line(
            tree,
            "contexts/ordering/neighbours.py",
            "from contexts.catalog.published.interface import Catalog\ncatalog = use(Catalog)",
        )

        assert error_of("--check").splitlines() == [
            f"{CONTEXT_MAP} is stale: make contracts",
            "contexts/ordering/README.md: Calls lacks catalog",
        ]
        error_of()
        assert '    ordering <-->|"calls Catalog.offers<br>sends ' in (tree / CONTEXT_MAP).read_text()


class TestAReadme:
    def test_lists_every_event_that_its_context_receives(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        subscribe(monkeypatch, "identity", "ordering.order_placed.v1")

        assert "contexts/identity/README.md: Events in lacks ordering.OrderPlaced" in error_of("--check")

    def test_lists_what_exists_and_nothing_else(self, tree: Path) -> None:
        basket, catalog, ordering = (f"contexts/{name}/README.md" for name in ("basket", "catalog", "ordering"))
        edit(tree, catalog, "`ReleaseStock`, ", "")
        edit(tree, basket, "`Basket.snapshot(customer_id, token)`", "`Basket.snapshot(token)`")
        edit(tree, basket, "`CouponRedeemed`, ", "`CouponUsed`, ")
        edit(tree, basket, "| catalog, for", "| ordering, for")
        edit(tree, ordering, "`catalog.ReleaseStock`, ", "")

        assert error_of("--check").splitlines() == [
            f"{catalog}: Commands in lacks ReleaseStock",
            f"{basket}: Interface lacks Basket.snapshot(customer_id, token)",
            f"{basket}: Interface names Basket.snapshot(token), which does not exist",
            f"{basket}: Events out lacks CouponRedeemed",
            f"{basket}: Events out names CouponUsed, which does not exist",
            f"{basket}: Calls lacks catalog",
            f"{basket}: Calls names ordering, which does not exist",
            f"{ordering}: Commands out lacks catalog.ReleaseStock",
        ]


def edit(tree: Path, file: str, old: str, new: str) -> None:
    text = (tree / file).read_text()
    assert text.count(old) == 1
    (tree / file).write_text(text.replace(old, new))


def subscribe(monkeypatch: pytest.MonkeyPatch, context: str, type_: str) -> None:
    """Let a context subscribe to a message during a test."""

    def handler(message: Any, *, now: Any) -> None: ...

    subscription = Subscription(name=f"{context}.handler", context=context, type=type_, handle=handler)
    monkeypatch.setattr(
        subscriptions, "_subscriptions", subscriptions._subscriptions | {subscription.name: subscription}
    )
