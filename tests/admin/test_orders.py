"""Orders and coupons on the operators' pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from contexts.basket.models import Coupon
from contexts.catalog.models import Stock
from contexts.ordering.domain.status import CancelReason, OrderStatus, PaymentState
from contexts.ordering.models import Order, Payment
from tests.admin.operators import form_data, operator_client, shown_messages
from tests.demo_payments.cards import REQUIRES_ACTION
from tests.shop import Shopper, coupon, create_variant

pytestmark = pytest.mark.django_db(databases="__all__")

ORDERS = "/admin/ordering/order/"


@pytest.fixture
def order(drain: Any) -> Order:
    """An order whose payment the buyer must approve."""
    create_variant("MUG", on_hand=5)
    shopper = Shopper()
    shopper.add("MUG", 2)
    shopper.order(card=REQUIRES_ACTION, delivery_note="Ring twice")
    drain()
    return Order.objects.get()


class TestAnOrder:
    def test_is_shown_completely_but_without_the_card_token(self, order: Order) -> None:
        shown = operator_client("Order desk").get(f"{ORDERS}{order.pk}/change/").content.decode()

        for part in (order.number, "MUG", "Ring twice", "Market Street 1", "ada@example.com", "Waiting for the buyer"):
            assert part in shown
        assert Payment.objects.get().token not in shown

    def test_is_found_by_number_and_address(self, order: Order) -> None:
        browser = operator_client("Order desk")

        number = order.number.lower()
        for words, count in {
            number[:8]: 1,
            number.replace("-", "")[:9]: 1,
            "ADA@": 1,
            "MH-00000-0": 0,
            "bob@": 0,
        }.items():
            assert browser.get(ORDERS, {"q": words}).context["cl"].result_count == count

    def test_is_filtered_by_status_and_day(self, order: Order) -> None:
        browser = operator_client("Order desk")

        for query, count in [
            ({"status__exact": "placed"}, 1),
            ({"status__exact": "confirmed"}, 0),
            ({"placed_at_since": "1"}, 1),
            ({"placed_at_since": "soon"}, 1),
        ]:
            assert browser.get(ORDERS, query).context["cl"].result_count == count
        Order.objects.update(placed_at=order.placed_at - timedelta(days=8))
        assert browser.get(ORDERS, {"placed_at_since": "7"}).context["cl"].result_count == 0

    def test_cannot_be_changed_or_deleted(self, order: Order) -> None:
        assert operator_client().post(f"{ORDERS}{order.pk}/change/", {"email": "eve@example.com"}).status_code == 403
        assert (
            operator_client(email="lou@example.com").post(f"{ORDERS}{order.pk}/delete/", {"post": "yes"}).status_code
            == 403
        )


class TestCancelling:
    def test_releases_stock_and_payment_and_is_logged(self, order: Order, drain: Any) -> None:
        browser = operator_client("Order desk")

        answer = browser.post(f"{ORDERS}{order.pk}/cancel_this/", {"_form_submitted": "on"})
        drain()

        assert answer.headers["HX-Redirect"] == f"{ORDERS}{order.pk}/change/"
        order.refresh_from_db()
        assert (order.status, order.reason) == (OrderStatus.CANCELLED, CancelReason.CANCELLED_BY_SHOP)
        assert order.payment.state == PaymentState.VOIDED
        assert Stock.objects.get().available == 5
        entry = LogEntry.objects.get()
        assert (entry.object_repr, entry.get_change_message()) == (order.number, "Cancelled by the shop.")
        assert str(entry.user_id) == browser.session["_auth_user_id"]

    def test_asks_for_confirmation_first(self, order: Order) -> None:
        """A GET changes nothing, so that no link or picture on another site can cancel an order."""
        asked = operator_client("Order desk").get(f"{ORDERS}{order.pk}/cancel_this/")

        assert "Cancel this order?" in asked.content.decode()
        order.refresh_from_db()
        assert order.status == OrderStatus.PLACED

    def test_of_several_orders_skips_those_that_cannot_be_cancelled(self, order: Order, drain: Any) -> None:
        shopper = Shopper()
        shopper.add("MUG", 1)
        shopper.order()
        drain()
        chosen = {"action": "cancel_selected", "_selected_action": list(Order.objects.values_list("pk", flat=True))}

        shown = operator_client("Order desk").post(ORDERS, chosen, follow=True)

        assert [text.split(":")[0] for text in shown_messages(shown)] == ["1 cancelled by the shop.", "1 refused"]
        assert sorted(Order.objects.values_list("status", flat=True)) == ["cancelled", "confirmed"]
        assert LogEntry.objects.count() == 1

    def test_is_not_for_a_catalogue_editor(self, order: Order) -> None:
        browser = operator_client("Catalogue editor")

        assert browser.post(f"{ORDERS}{order.pk}/cancel_this/", {"_form_submitted": "on"}).status_code == 403
        assert browser.post(ORDERS, {"action": "cancel_selected", "_selected_action": [order.pk]}).status_code == 403
        order.refresh_from_db()
        assert order.status == OrderStatus.PLACED

    def test_is_offered_only_while_the_order_is_open(self, order: Order) -> None:
        browser, page = operator_client("Order desk"), f"{ORDERS}{order.pk}/change/"
        assert "Cancel the order" in browser.get(page).content.decode()

        Order.objects.update(status="confirmed")

        assert "Cancel the order" not in browser.get(page).content.decode()

    def test_is_not_offered_once_the_money_may_be_taken(self, order: Order) -> None:
        browser, page = operator_client("Order desk"), f"{ORDERS}{order.pk}/change/"

        order.payments.update(state="capturing")

        assert "Cancel the order" not in browser.get(page).content.decode()


class TestACoupon:
    FORM = {
        "percent_off": "15",
        "valid_from_0": "2026-01-01",
        "valid_from_1": "00:00",
        "valid_until_0": "",
        "valid_until_1": "",
        "max_uses": "50",
    }

    def test_is_added_and_usable_at_once(self) -> None:
        browser = operator_client("Catalogue editor")

        assert browser.post("/admin/basket/coupon/add/", self.FORM | {"code": "SPRING"}).status_code == 302

        assert (str(Coupon.objects.get().percent_off), Coupon.objects.get().uses) == ("15.00", 0)
        assert "usable" in browser.get("/admin/basket/coupon/").content.decode()

    @pytest.mark.parametrize("wrong", [{"percent_off": "0"}, {"percent_off": "101"}, {"max_uses": "-1"}, {"code": ""}])
    def test_with_invalid_values_is_refused(self, wrong: dict[str, str]) -> None:
        refused = operator_client("Catalogue editor").post(
            "/admin/basket/coupon/add/", self.FORM | {"code": "SPRING"} | wrong
        )

        assert refused.status_code == 200
        assert not Coupon.objects.exists()

    @pytest.mark.parametrize(
        ("code", "why"),
        [
            ("summer 5%", "Use letters A to Z, digits"),
            ("ÄPFEL", "Use letters A to Z, digits"),
            ("-TENTH", "Use letters A to Z, digits"),
            ("tenth", "There is a coupon of this code already"),
        ],
    )
    def test_has_a_plain_and_unique_code(self, code: str, why: str) -> None:
        coupon("TENTH")

        refused = operator_client("Catalogue editor").post("/admin/basket/coupon/add/", self.FORM | {"code": code})

        assert why in refused.content.decode()
        assert Coupon.objects.count() == 1

    def test_is_stored_in_upper_case(self) -> None:
        operator_client("Catalogue editor").post("/admin/basket/coupon/add/", self.FORM | {"code": " spring-26 "})

        assert Coupon.objects.get().code == "SPRING-26"

    def test_with_an_old_code_can_still_be_changed(self) -> None:
        coupon("summer 5%")

        changed = self._change("summer%205_25", max_uses="50")

        assert (changed.status_code, Coupon.objects.get().code) == (302, "summer 5%")
        assert Coupon.objects.get().max_uses == 50

    def test_keeps_its_uses_while_it_is_changed(self) -> None:
        coupon("SPRING", max_uses=10)
        Coupon.objects.update(uses=3)

        changed = self._change(uses="0", max_uses="50")

        assert changed.status_code == 302
        assert (Coupon.objects.get().uses, Coupon.objects.get().max_uses) == (3, 50)

    def test_cannot_be_limited_below_its_uses(self) -> None:
        coupon("SPRING", max_uses=10)
        Coupon.objects.update(uses=3)

        refused = self._change(max_uses="2")

        assert "has been used 3 times already" in refused.content.decode()
        assert Coupon.objects.get().max_uses == 10

    def _change(self, code: str = "SPRING", **changes: str) -> Any:
        browser, page = operator_client("Catalogue editor"), f"/admin/basket/coupon/{code}/change/"
        return browser.post(page, form_data(browser.get(page)) | changes)
