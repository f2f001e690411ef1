"""A basket over HTTP: its items, prices and owner, and what it shows while catalog is down."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from building_blocks.interfaces.unavailable import ContextUnavailable
from contexts.basket.facade import BasketFacade
from contexts.basket.models import Basket, Coupon
from contexts.basket.use_cases.remove_bought_items import remove_bought_items
from tests.basket.catalog import CatalogStandIn
from tests.basket.coupons import coupon
from tests.client import Shopper, signed_in
from tests.clock import NOW
from tests.tables import contents

pytestmark = pytest.mark.django_db(databases=["basket"])

BASKET = "/api/v1/basket"
ROBIN, KIM = uuid4(), uuid4()


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def quantities(basket: dict[str, Any]) -> dict[str, int]:
    return {item["sku"]: item["quantity"] for item in basket["items"]}


def basket_of(shopper: Shopper) -> dict[str, Any]:
    response = shopper.get(BASKET)
    assert response.status_code == 200, response.json()
    body: dict[str, Any] = response.json()
    return body


def filled(shopper: Shopper, **items: int) -> Shopper:
    for sku, quantity in items.items():
        shopper.add(sku, quantity)
    return shopper


class TestFilling:
    def test_shows_each_line_and_what_all_of_it_costs(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG", price="12.90", available=5)
        catalog.sell("SPOON", price="3.35", available=9)

        basket = filled(Shopper(), MUG=2).add("SPOON", 3)

        assert basket["items"] == [
            {
                "sku": "MUG",
                "name": "Mug",
                "quantity": 2,
                "unit_price": euros("12.90"),
                "line_total": euros("25.80"),
                "available": 5,
                "price_changed": False,
            },
            {
                "sku": "SPOON",
                "name": "Spoon",
                "quantity": 3,
                "unit_price": euros("3.35"),
                "line_total": euros("10.05"),
                "available": 9,
                "price_changed": False,
            },
        ]
        assert (basket["subtotal"], basket["discount"], basket["total"]) == (
            euros("35.85"),
            euros("0.00"),
            euros("35.85"),
        )
        assert basket["stale"] is False

    def test_adds_changes_and_removes_items_and_counts_each_change(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG", "PAN")
        shopper = filled(Shopper(), MUG=1, PAN=1)

        baskets = [
            shopper.add("MUG", 2),
            shopper.send("patch", f"{BASKET}/items/MUG", {"quantity": 5}).json(),
            shopper.send("delete", f"{BASKET}/items/MUG").json(),
            shopper.send("delete", BASKET).json(),
        ]

        assert [quantities(basket) for basket in baskets] == [
            {"MUG": 3, "PAN": 1},
            {"MUG": 5, "PAN": 1},
            {"PAN": 1},
            {},
        ]
        assert [basket["version"] for basket in baskets] == [3, 4, 5, 6]
        assert basket_of(shopper) == baskets[-1]

    def test_takes_no_more_than_there_are_in_all(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG", available=3)
        shopper = filled(Shopper(), MUG=2)

        refused = shopper.send("post", f"{BASKET}/items", {"sku": "MUG", "quantity": 2})

        assert (refused.status_code, refused.json()["code"]) == (409, "not_enough_in_stock")
        assert refused.json()["available"] == 3
        assert quantities(basket_of(shopper)) == {"MUG": 2}

    def test_rounds_the_coupons_discount_line_by_line(self, catalog: CatalogStandIn) -> None:
        catalog.sell("PIN", "NUT", "NAIL", price="0.05")
        coupon("TENTH", percent_off=10)
        shopper = filled(Shopper(), PIN=1, NUT=1, NAIL=1)

        basket = shopper.send("put", f"{BASKET}/coupon", {"code": "TENTH"}).json()

        # Each line's half cent is rounded to a cent; a tenth of the sum would be two cents.
        assert (basket["subtotal"], basket["discount"], basket["total"]) == (
            euros("0.15"),
            euros("0.03"),
            euros("0.12"),
        )


class TestASku:
    @pytest.mark.parametrize("sku", ["TEA/250G", "tea 250g", "TEA%2F250G", "a/../b", "TEA?x=1#y", "TEA_2F"])
    def test_that_is_stored_is_used_at_every_endpoint(self, catalog: CatalogStandIn, sku: str) -> None:
        catalog.sell(sku)  # SKUs older than the rule on their characters may contain any
        shopper = filled(Shopper(), **{sku: 1})
        address = f"{BASKET}/items/{quote(sku, safe='')}"

        changed = shopper.send("patch", address, {"quantity": 3})
        taken_out = shopper.send("delete", address)

        assert (changed.status_code, taken_out.status_code) == (200, 200), changed.json()
        assert (quantities(changed.json()), taken_out.json()["items"]) == ({sku: 3}, [])

    def test_is_case_sensitive(self, catalog: CatalogStandIn) -> None:
        catalog.sell("TEA")

        refused = Shopper().send("post", f"{BASKET}/items", {"sku": "tea"})

        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_sku")


class TestPrices:
    def test_are_current_and_a_change_is_marked_until_the_shopper_changes_the_item(
        self, catalog: CatalogStandIn
    ) -> None:
        catalog.sell("MUG", price="10.00")
        shopper = filled(Shopper(), MUG=2)
        catalog.sell("MUG", price="11.00")

        (item,) = basket_of(shopper)["items"]
        (touched,) = shopper.send("patch", f"{BASKET}/items/MUG", {"quantity": 2}).json()["items"]

        assert (item["unit_price"], item["line_total"], item["price_changed"]) == (euros("11.00"), euros("22.00"), True)
        assert touched == item | {"price_changed": False}

    def test_of_an_empty_basket_need_no_catalog(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        shopper = filled(Shopper(), MUG=1)
        shopper.send("delete", BASKET)
        catalog.is_down = True

        assert basket_of(shopper)["stale"] is False


class TestWhileCatalogIsDown:
    @pytest.fixture
    def shopper(self, catalog: CatalogStandIn) -> Shopper:
        catalog.sell("MUG", price="10.00")
        shopper = filled(Shopper(), MUG=2)
        catalog.is_down = True
        return shopper

    def test_a_basket_is_shown_at_its_last_known_prices_and_as_stale(self, shopper: Shopper) -> None:
        basket = basket_of(shopper)

        assert basket["stale"] is True
        assert [(item["name"], item["line_total"], item["available"]) for item in basket["items"]] == [
            ("Mug", euros("20.00"), None)
        ]
        assert basket["total"] == euros("20.00")

    def test_adding_an_item_is_refused_and_changes_nothing(self, shopper: Shopper) -> None:
        before = contents("basket")

        response = shopper.send("post", f"{BASKET}/items", {"sku": "MUG"})

        assert (response.status_code, response.json()["code"]) == (503, "unavailable")
        assert contents("basket") == before

    def test_there_is_no_snapshot(self, shopper: Shopper) -> None:
        with pytest.raises(ContextUnavailable):
            BasketFacade().snapshot(customer_id=None, token=shopper.token)


class TestTokens:
    def test_are_shown_once_and_stored_nowhere(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        shopper = Shopper()

        first, second = shopper.add("MUG"), shopper.add("MUG")

        assert first["token"]
        assert second["token"] is None
        assert not any(first["token"] in row for _, row in contents("basket"))

    def test_lead_to_their_own_basket_only(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        mine, theirs = filled(Shopper(), MUG=1), filled(Shopper(), MUG=3)

        mine.send("patch", f"{BASKET}/items/MUG", {"quantity": 2})

        assert quantities(basket_of(mine)) == {"MUG": 2}
        assert quantities(basket_of(theirs)) == {"MUG": 3}

    def test_are_needed_to_see_an_anonymous_basket(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        filled(Shopper(), MUG=1)

        assert quantities(basket_of(Shopper())) == {}


class TestACustomersBasket:
    def test_is_the_same_on_two_devices_and_belongs_to_no_other_customer(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        phone, laptop, other = signed_in(ROBIN), signed_in(ROBIN), signed_in(KIM)

        phone.add("MUG", 2)
        laptop.add("MUG", 1)
        other.add("MUG", 5)

        assert quantities(basket_of(phone)) == quantities(basket_of(laptop)) == {"MUG": 3}
        assert quantities(basket_of(other)) == {"MUG": 5}

    def test_needs_no_token_and_ignores_one(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        robin, guest = signed_in(ROBIN), filled(Shopper(), MUG=4)

        assert robin.add("MUG", 1)["token"] is None
        robin.token = guest.token
        robin.send("delete", BASKET)

        assert quantities(basket_of(guest)) == {"MUG": 4}


class TestRemovingBoughtItems:
    def test_removes_the_coupon_too_and_leaves_what_was_added_meanwhile(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG", "PAN", "POT")
        coupon("TENTH")
        shopper = filled(Shopper(), MUG=3, PAN=1, POT=1)
        shopper.send("put", f"{BASKET}/coupon", {"code": "TENTH"})

        remove_bought_items(basket_id=Basket.objects.get().id, bought={"MUG": 2, "PAN": 1, "GONE": 1}, now=NOW)

        basket = basket_of(shopper)
        assert (quantities(basket), basket["coupon"]) == ({"MUG": 1, "POT": 1}, None)

    def test_changes_nothing_if_the_basket_was_deleted(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        filled(Shopper(), MUG=1)
        before = contents("basket")

        remove_bought_items(basket_id=uuid4(), bought={"MUG": 1}, now=NOW)

        assert contents("basket") == before


class TestMerging:
    def merge(self, shopper: Shopper, token: str | None) -> Any:
        return shopper.send("post", f"{BASKET}/merge", {"token": token})

    def test_adds_up_both_baskets_quantities_up_to_the_stock(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG", "POT", "CUP")
        catalog.sell("PAN", available=4)
        guest = filled(Shopper(), MUG=2, PAN=3, CUP=1)
        robin = filled(signed_in(ROBIN), PAN=2, POT=1, MUG=1)
        catalog.sell("CUP", available=0)

        merged = self.merge(robin, guest.token)

        assert merged.status_code == 200, merged.json()
        assert quantities(merged.json()) == {"PAN": 4, "POT": 1, "MUG": 3}
        assert sorted(merged.json()["capped"]) == ["CUP", "PAN"]

    def test_drops_items_that_are_no_longer_sold_and_names_them(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        guest = filled(Shopper(), MUG=2)
        catalog.stop_selling("MUG")

        merged = self.merge(signed_in(ROBIN), guest.token).json()

        assert (merged["items"], merged["capped"]) == ([], ["MUG"])

    def test_has_no_effect_the_second_time(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        guest, robin = filled(Shopper(), MUG=2), filled(signed_in(ROBIN), MUG=1)

        once, twice = self.merge(robin, guest.token), self.merge(robin, guest.token)

        assert once.json() == twice.json()
        assert quantities(twice.json()) == {"MUG": 3}

    def test_ends_the_anonymous_basket_for_all_other_shoppers(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        guest, robin, kim = filled(Shopper(), MUG=2), signed_in(ROBIN), signed_in(KIM)
        self.merge(robin, guest.token)
        before = contents("basket")

        responses = [self.merge(kim, guest.token), guest.get(BASKET)]

        assert [(response.status_code, response.json()["code"]) for response in responses] == [
            (404, "unknown_basket")
        ] * 2
        assert contents("basket") == before

    def test_moves_the_coupon_unless_the_customer_has_one(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        coupon("GUESTS"), coupon("ROBINS")
        first, second, robin = filled(Shopper(), MUG=1), filled(Shopper(), MUG=1), signed_in(ROBIN)
        first.send("put", f"{BASKET}/coupon", {"code": "ROBINS"})
        second.send("put", f"{BASKET}/coupon", {"code": "GUESTS"})

        codes = [self.merge(robin, guest.token).json()["coupon"]["code"] for guest in (first, second)]

        assert codes == ["ROBINS", "ROBINS"]
        assert set(Coupon.objects.values_list("uses", flat=True)) == {0}

    def test_needs_a_signed_in_customer(self, catalog: CatalogStandIn) -> None:
        catalog.sell("MUG")
        guest = filled(Shopper(), MUG=1)

        assert self.merge(Shopper(), guest.token).status_code == 401
        assert Basket.objects.count() == 1
