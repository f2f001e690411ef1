"""The tour: a purchase in a running shop, printed as it happens."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contexts.catalog.models import Stock
from contexts.ordering.models import Order
from devserver import webserver
from devserver.tour.shop import RequestFailed, Shop, ShopClosed
from tests.architecture.tree import ROOT
from tests.server import free_port


def run(command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the server would, whose passwords are hashed in another way than those of tests."""
    return subprocess.run([sys.executable, "manage.py", command], cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.mark.slow
@pytest.mark.usefixtures("real_commits")
def test_shows_a_purchase_from_signing_in_to_the_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings_server")
    monkeypatch.setenv("EMAIL_FILE_PATH", str(tmp_path))
    run("seed_demo")
    before = Stock.objects.get(pk="MUG-RED").available
    past = set(Order.objects.values_list("number", flat=True))
    port = free_port()

    with webserver.running(port, workers="1", threads="8"):
        monkeypatch.setenv("PORT", str(port))
        tour = run("tour")

    assert (tour.returncode, tour.stderr) == (0, "")
    order = Order.objects.exclude(number__in=past).get()
    said = tour.stdout
    assert order.status == "confirmed"
    assert f"{order.number} is confirmed, its payment captured" in said
    assert f"Subject: Markethall: your order {order.number}" in said
    assert f"MUG-RED: {before} before, {before - 2} after" in said
    for message in ("ordering.order_placed.v1", "catalog.stock_reserved.v1", "basket.coupon_redeemed.v1"):
        assert said.index("Idempotency-Key") < said.index(message) < said.index("ordering.order_confirmed.v1")
    assert "4242" not in said
    assert "a-basket-of-apples" not in said


class TestAClosedShop:
    def test_is_told_in_one_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORT", str(free_port()))
        said = io.StringIO()

        with pytest.raises(CommandError, match=r"^No shop answers at http://127.0.0.1:\d+: start it with `make demo`"):
            call_command("tour", stdout=said)

        assert said.getvalue() == ""

    @pytest.mark.parametrize("nonsense", ["http", "0", "65536", "-1"])
    def test_is_not_looked_for_where_no_port_is(self, nonsense: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORT", nonsense)

        with pytest.raises(CommandError, match="which is no port"):
            call_command("tour")


class TestAShopThatRefuses:
    def test_is_quoted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        printed: list[str] = []
        shop = Shop("127.0.0.1", 1, printed.append)
        monkeypatch.setattr(shop, "_exchange", lambda *request: (409, {"detail": "This basket is ordered already."}))

        with pytest.raises(RequestFailed, match="POST /x was answered 409: This basket is ordered already"):
            shop.ask("POST", "/x", {"password": "a-secret", "sku": "MUG"})

        assert any('"sku": "MUG"' in line for line in printed)
        assert not any("a-secret" in line for line in printed)

    def test_in_silence_is_a_closed_one(self) -> None:
        with pytest.raises(ShopClosed):
            Shop("127.0.0.1", free_port(), print).peek("/livez")
