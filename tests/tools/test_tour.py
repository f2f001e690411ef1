"""The tour: a purchase in a running shop, printed as it happens."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contexts.catalog.models import Stock
from contexts.ordering.models import Order
from tests.architecture.tree import ROOT
from tests.server import free_port
from tools.local import webserver
from tools.tour.command import Command
from tools.tour.shop import RequestFailed, Shop, ShopUnreachable


def run(command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the server would, whose passwords are hashed in another way than those of tests."""
    return subprocess.run(
        [sys.executable, "-m", f"tools.{command}"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


@pytest.mark.slow
@pytest.mark.usefixtures("real_commits")
def test_shows_a_purchase_from_signing_in_to_the_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings_server")
    monkeypatch.setenv("EMAIL_FILE_PATH", str(tmp_path))
    run("seeding")
    before = Stock.objects.get(pk="MUG-RED").available
    past = set(Order.objects.values_list("number", flat=True))
    port = free_port()

    with webserver.running(port, workers="1", threads="8"):
        monkeypatch.setenv("PORT", str(port))
        tour = run("tour")

    assert (tour.returncode, tour.stderr) == (0, "")
    order = Order.objects.exclude(number__in=past).get()
    output = tour.stdout
    assert order.status == "confirmed"
    assert f"{order.number} is confirmed, its payment captured" in output
    assert f"Subject: Markethall: your order {order.number}" in output
    assert f"MUG-RED: {before} before, {before - 2} after" in output
    for message in ("ordering.order_placed.v1", "catalog.stock_reserved.v1", "basket.coupon_redeemed.v1"):
        assert output.index("Idempotency-Key") < output.index(message) < output.index("ordering.order_confirmed.v1")
    assert "4242" not in output
    assert "a-basket-of-apples" not in output


class TestAnUnreachableShop:
    def test_is_reported_in_one_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORT", str(free_port()))
        output = io.StringIO()

        with pytest.raises(CommandError, match=r"^No shop answers at http://127.0.0.1:\d+: start it with `make demo`"):
            call_command(Command(), stdout=output)

        assert output.getvalue() == ""

    @pytest.mark.parametrize("invalid", ["http", "0", "65536", "-1"])
    def test_is_not_requested_at_an_invalid_port(self, invalid: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORT", invalid)

        with pytest.raises(CommandError, match="which is no port"):
            call_command(Command())


class TestARefusal:
    def test_is_quoted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        printed: list[str] = []
        shop = Shop("127.0.0.1", 1, printed.append)
        monkeypatch.setattr(shop, "_send", lambda *request: (409, {"detail": "This basket is ordered already."}))

        with pytest.raises(RequestFailed, match="POST /x was answered 409: This basket is ordered already"):
            shop.request("POST", "/x", {"password": "a-secret", "sku": "MUG"})

        assert any('"sku": "MUG"' in line for line in printed)
        assert not any("a-secret" in line for line in printed)

    def test_without_an_answer_is_unreachable(self) -> None:
        with pytest.raises(ShopUnreachable):
            Shop("127.0.0.1", free_port(), print).fetch("/livez")
