"""`manage.py contracts`: what is committed says what the code does, and `make check` fails where it does not."""

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

from building_blocks.messaging import subscriptions
from building_blocks.messaging.subscriptions import Subscription
from tests.architecture.tree import ROOT, copied, plant

BASKET = "contexts/basket/contracts.json"
SUBSCRIPTIONS = "config/subscriptions.json"
CONTEXT_MAP = "docs/context-map.md"
GENERATED = [BASKET, SUBSCRIPTIONS, CONTEXT_MAP]


@pytest.fixture
def tree(tmp_path: Path, settings: Settings) -> Path:
    """A copy of the code and of what is generated, in the project's place."""
    copy = copied(tmp_path)
    for pattern in ("manage.py", "contexts/*/*.json", "contexts/*/README.md", SUBSCRIPTIONS, CONTEXT_MAP):
        for source in ROOT.glob(pattern):
            target = copy / source.relative_to(ROOT)
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, target)
    settings.BASE_DIR = copy
    return copy


def contracts(*arguments: str) -> str:
    out = StringIO()
    call_command("contracts", *arguments, stdout=out)
    return out.getvalue()


def complaint(*arguments: str) -> str:
    with pytest.raises(CommandError) as complained:
        contracts(*arguments)
    return str(complained.value)


def promise(tree: Path, name: str) -> None:
    """Let the committed contract of basket promise a field that the code does not have."""
    committed = json.loads((tree / BASKET).read_text())
    committed["$defs"][name]["properties"]["colour"] = {"type": "string"}
    (tree / BASKET).write_text(json.dumps(committed))


def test_the_project_has_committed_what_its_code_says() -> None:
    assert contracts("--check") == ""


class TestABrokenPromise:
    def test_is_named_with_its_file_and_field(self, tree: Path) -> None:
        promise(tree, "RedeemCoupon")

        assert f"{BASKET}: basket.redeem_coupon.v1: colour is gone" in complaint("--check")

    def test_is_not_written_over(self, tree: Path) -> None:
        promise(tree, "RedeemCoupon")
        committed = (tree / BASKET).read_text()

        assert "declare a new version" in complaint()
        assert (tree / BASKET).read_text() == committed

    def test_is_forgotten_where_it_is_named(self, tree: Path) -> None:
        promise(tree, "RedeemCoupon")

        assert contracts("--forget", "basket.redeem_coupon.v1") == f"wrote {BASKET}\n"
        assert (tree / BASKET).read_text() == (ROOT / BASKET).read_text()

    def test_is_not_forgotten_with_another(self, tree: Path) -> None:
        promise(tree, "RedeemCoupon")
        promise(tree, "BasketSnapshot")

        complained = complaint("--forget", "basket.redeem_coupon.v1")

        assert "Basket.snapshot: answer colour is gone" in complained
        assert "redeem_coupon" not in complained

    @pytest.mark.slow
    def test_of_the_code_fails_the_check(self, tree: Path) -> None:
        events, commands = "contexts/ordering/published/events.py", "contexts/catalog/published/commands.py"
        edit(tree, events, "    lines: list[OrderedLine]\n", "    lines: list[OrderedLine]\n    gift: bool\n")
        edit(tree, commands, "    lines: list[StockLine]\n    replaces", "    items: list[StockLine]\n    replaces")

        environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ} | {
            "MODE": "development",
            "PYTHONPATH": os.pathsep.join([str(tree), str(tree / "platform")]),
        }
        command = [sys.executable, "manage.py", "contracts", "--check"]
        checked = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)

        assert checked.returncode == 1
        assert checked.stderr.startswith(
            "CommandError: contexts/catalog/contracts.json: catalog.reserve_stock.v1: lines is gone\n"
            "contexts/catalog/contracts.json: catalog.reserve_stock.v1: items is new and has no default\n"
            "contexts/ordering/contracts.json: ordering.order_confirmed.v1: gift is new and has no default\n"
        )


class TestAStaleFile:
    def test_is_named_and_written_anew(self, tree: Path) -> None:
        for file in GENERATED:
            (tree / file).unlink()

        assert complaint("--check") == "\n".join(f"{file} is stale: make contracts" for file in GENERATED)
        assert contracts() == "".join(f"wrote {file}\n" for file in GENERATED)
        assert [file for file in GENERATED if (tree / file).read_text() != (ROOT / file).read_text()] == []

    def test_is_the_list_that_lacks_a_new_subscription(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        listen(monkeypatch, "identity", "catalog.stock_reserved.v1")

        assert f"{SUBSCRIPTIONS} is stale" in complaint("--check")
        complaint()  # of the README, which nobody writes for us
        assert json.loads((tree / SUBSCRIPTIONS).read_text())["catalog.stock_reserved.v1"] == {
            "identity": {},
            "ordering": {},
        }
        assert '    catalog -.->|"tells StockReserved"| identity\n' in (tree / CONTEXT_MAP).read_text()

    def test_is_the_map_that_lacks_a_new_sender(self, tree: Path) -> None:
        plant(
            tree,
            "contexts/identity/use_cases/rename_user.py",
            "from contexts.catalog.published import commands as of_catalog\nof_catalog.ReleaseStock(order_id=1)",
        )

        assert complaint("--check").splitlines() == [
            f"{CONTEXT_MAP} is stale: make contracts",
            "contexts/identity/README.md: Commands out lacks catalog.ReleaseStock",
        ]
        complaint()
        assert '    identity -->|"commands ReleaseStock"| catalog\n' in (tree / CONTEXT_MAP).read_text()

    def test_is_the_map_that_lacks_a_new_caller(self, tree: Path) -> None:
        plant(
            tree,
            "contexts/ordering/neighbours.py",
            "from contexts.catalog.published.interface import Catalog\ncatalog = use(Catalog)",
        )

        assert complaint("--check").splitlines() == [
            f"{CONTEXT_MAP} is stale: make contracts",
            "contexts/ordering/README.md: Calls lacks catalog",
        ]
        complaint()
        assert '    ordering <-->|"asks Catalog.offers<br>commands ' in (tree / CONTEXT_MAP).read_text()


class TestAReadme:
    def test_names_every_event_that_its_context_hears(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        listen(monkeypatch, "identity", "ordering.order_placed.v1")

        assert "contexts/identity/README.md: Events in lacks ordering.OrderPlaced" in complaint("--check")

    def test_says_what_there_is_and_nothing_else(self, tree: Path) -> None:
        basket, catalog, ordering = (f"contexts/{name}/README.md" for name in ("basket", "catalog", "ordering"))
        edit(tree, catalog, "`ReleaseStock`, ", "")
        edit(tree, basket, "`Basket.snapshot(customer_id, token)`", "`Basket.snapshot(token)`")
        edit(tree, basket, "`CouponRedeemed`, ", "`CouponUsed`, ")
        edit(tree, basket, "| catalog, for", "| ordering, for")
        edit(tree, ordering, "`catalog.ReleaseStock`, ", "")

        assert complaint("--check").splitlines() == [
            f"{catalog}: Commands in lacks ReleaseStock",
            f"{basket}: Interface lacks Basket.snapshot(customer_id, token)",
            f"{basket}: Interface names Basket.snapshot(token), which is not there",
            f"{basket}: Events out lacks CouponRedeemed",
            f"{basket}: Events out names CouponUsed, which is not there",
            f"{basket}: Calls lacks catalog",
            f"{basket}: Calls names ordering, which is not there",
            f"{ordering}: Commands out lacks catalog.ReleaseStock",
        ]


def edit(tree: Path, file: str, old: str, new: str) -> None:
    text = (tree / file).read_text()
    assert text.count(old) == 1
    (tree / file).write_text(text.replace(old, new))


def listen(monkeypatch: pytest.MonkeyPatch, context: str, type_: str) -> None:
    """Let a context subscribe to a message, for the length of a test."""

    def react(message: Any, *, now: Any) -> None: ...

    reaction = Subscription(name=f"{context}.react", context=context, type=type_, handle=react)
    monkeypatch.setattr(subscriptions, "_subscriptions", subscriptions._subscriptions | {reaction.name: reaction})
