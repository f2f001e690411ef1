"""The demo's data in all contexts: it is consistent, and a second run leaves it unchanged."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.utils import timezone

from contexts.basket.models import Coupon
from contexts.catalog.models import Product, Stock, Variant
from contexts.identity.models import User
from contexts.ordering.models import Order, Payment
from contexts.ordering.use_cases.refund_order import refund_order
from demo_payments import provider
from tests.shop import Shopper, customer
from tools.seeding import customers as identity
from tools.seeding import products as catalog
from tools.seeding.command import Command
from tools.seeding.progress import Progress

pytestmark = pytest.mark.django_db(databases="__all__")

CUSTOMERS = User.objects.filter(is_staff=False)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make batches small: their size only decides how long these tests take."""
    monkeypatch.setattr(catalog, "BATCH", 110)
    monkeypatch.setattr(identity, "BATCH", 40)


def seed(**options: Any) -> str:
    """Seed the demo, and return the output."""
    output = io.StringIO()
    call_command(Command(), stdout=output, **options)
    return output.getvalue()


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Return every row of the contexts' own models."""
    models = [model for context in settings.CONTEXTS for model in apps.get_app_config(context).get_models()]
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in [*models, apps.get_model("demo_payments", "Charge")]
    }


class TestSeeding:
    def test_twice_changes_nothing(self) -> None:
        seed()
        before = all_rows()

        output = seed()

        assert all_rows() == before
        assert "110 products" in output
        assert "rows/s" not in output

    def test_makes_a_larger_shop_of_a_small_one(self) -> None:
        seed()
        orders = set(Order.objects.values_list("pk", flat=True))

        output = seed(scale="3")

        assert (Product.objects.count(), CUSTOMERS.count()) == (330, 120)
        assert orders < set(Order.objects.values_list("pk", flat=True))
        assert "rows/s" in output

    @pytest.mark.parametrize("invalid", ["0", "-1", "many", "1001", "1.5"])
    def test_refuses_an_invalid_scale(self, invalid: str) -> None:
        with pytest.raises(CommandError, match="say a whole number from 1 to 1000"):
            call_command(Command(), "--scale", invalid)

    def test_takes_the_scale_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SCALE", "many")

        with pytest.raises(CommandError, match="SCALE is 'many'"):
            seed()


class TestSeedingInProduction:
    def test_writes_products_and_coupons_but_no_account_with_a_public_password(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "DEVELOPMENT", False)

        output = seed()

        assert "password" not in output
        assert (Product.objects.count(), Coupon.objects.filter(code="WELCOME10").count()) == (110, 1)
        assert not User.objects.exists()
        assert not Order.objects.exists()


class TestCustomers:
    def test_are_many_with_one_password(self) -> None:
        seed()

        hashes = set(CUSTOMERS.values_list("password", flat=True))

        assert CUSTOMERS.count() == 40
        assert len(hashes) == 1
        assert check_password(identity.CUSTOMER_PASSWORD, hashes.pop())

    def test_of_another_shop_are_not_touched(self) -> None:
        User.objects.create_user(identity.CUSTOMER_EMAIL)

        seed()

        assert User.objects.filter(is_staff=False).count() == 1
        assert not Order.objects.exists()


class TestPastOrders:
    def test_are_of_known_customers_and_things_at_their_prices(self) -> None:
        seed()

        prices = dict(Variant.objects.values_list("sku", "price"))
        customers = set(CUSTOMERS.values_list("pk", flat=True))
        orders = list(Order.objects.prefetch_related("lines"))

        assert {order.customer_id for order in orders} == customers
        assert all(line.unit_price == prices[line.sku] for order in orders for line in order.lines.all())
        assert all(order.placed_at < timezone.now() for order in orders)
        assert {order.status for order in orders} >= {"delivered", "returned", "cancelled"}

    def test_add_up(self) -> None:
        seed()

        for order in Order.objects.prefetch_related("lines"):
            lines = order.lines.all()
            assert order.subtotal == sum(line.line_total for line in lines)
            assert order.discount == sum(line.discount for line in lines)
            assert order.total == order.subtotal - order.discount + order.shipping
            assert all(line.line_total == line.unit_price * line.quantity for line in lines)

    def test_are_paid_or_refunded_according_to_their_status_as_at_the_provider(self) -> None:
        seed()

        paid = Payment.objects.exclude(order__confirmed_at=None).select_related("order")

        assert {payment.state for payment in paid} == {"captured", "refunded"}
        for payment in paid:
            charge = provider.find(key=payment.pk)
            assert charge is not None
            assert (charge.status, charge.amount) == (payment.state, payment.order.total)
            assert payment.order.can_be_refunded == (payment.state == "captured")

    def test_can_be_refunded_and_restocked(self, drain: Callable[[], None]) -> None:
        """Although catalog has no reservations of past orders."""
        seed()
        order = Order.objects.filter(status="delivered").first()
        assert order is not None
        line = order.lines.all()[0]
        before = Stock.objects.get(pk=line.sku).on_hand

        refund_order(order_id=order.pk, restock=True, now=timezone.now())
        drain()

        order.refresh_from_db()
        assert (order.status, order.payment.state) == ("returned", "refunded")
        assert Stock.objects.get(pk=line.sku).on_hand == before + line.quantity

    def test_are_shown_to_their_customer(self) -> None:
        seed()

        shown = customer(identity.CUSTOMER_EMAIL).get("/api/v1/orders").json()

        assert shown["count"] == Order.objects.filter(customer_id=identity.customers(0)[0].id).count() >= 1


class TestCoupons:
    @pytest.mark.parametrize(
        ("code", "usable"),
        [("WELCOME10", True), ("BULK20", True), ("LASTONE", True), ("SUMMER15", False), ("EARLYBIRD", False)],
    )
    def test_can_be_used_or_not_as_documented(self, code: str, usable: bool) -> None:
        output = seed()
        shopper = Shopper()
        shopper.add("MUG-RED")

        answer = shopper.send("put", "/api/v1/basket/coupon", {"code": code})

        assert answer.status_code == (200 if usable else 422)
        assert code in output
        assert Coupon.objects.filter(code=code).exists()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestProgress:
    @pytest.fixture
    def fake_clock(self) -> Callable[[], float]:
        """A clock that advances by a second at each call."""
        seconds = iter(range(1000))
        return lambda: float(next(seconds))

    def test_shows_progress_and_speed(self, fake_clock: Callable[[], float]) -> None:
        terminal = Terminal()
        progress = Progress(terminal, clock=fake_clock)
        on_batch = progress.track("products", 4)

        on_batch(500)
        on_batch(0)

        assert "25%  500 rows/s" in terminal.getvalue()
        assert "50%  250 rows/s" in terminal.getvalue()
        assert progress.finish() == "500 rows in 3.0 s, 125 rows/s"

    def test_is_silent_where_there_is_no_terminal(self) -> None:
        pipe = io.StringIO()
        progress = Progress(pipe)

        progress.track("products", 4)(500)
        progress.finish()

        assert pipe.getvalue() == ""
