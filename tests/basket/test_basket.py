"""A basket over HTTP: what is in it, what it costs, whose it is, and what happens when catalog is away."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from contexts.basket.models import Basket, Coupon
from contexts.basket.use_cases.remove_bought_items import remove_bought_items
from contexts.catalog.facade import CatalogFacade
from contexts.catalog.models import Stock, Variant
from tests.shop import NOW, Shopper, coupon, create_variant, customer
from tests.tables import contents

pytestmark = pytest.mark.django_db(databases="__all__")

BASKET = "/api/v1/basket"


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def quantities(basket: dict[str, Any]) -> dict[str, int]:
    return {item["sku"]: item["quantity"] for item in basket["items"]}


def basket_of(shopper: Shopper) -> dict[str, Any]:
    response = shopper.get(BASKET)
    assert response.status_code == 200, response.json()
    body: dict[str, Any] = response.json()
    return body


def with_in_it(shopper: Shopper, **items: int) -> Shopper:
    for sku, quantity in items.items():
        shopper.add(sku, quantity)
    return shopper


@pytest.fixture
def _no_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: CatalogFacade, *, skus: list[str]) -> None:
        raise ConnectionError("nobody there")

    monkeypatch.setattr(CatalogFacade, "offers", broken)


class TestFilling:
    def test_shows_each_line_and_what_all_of_it_costs(self) -> None:
        create_variant("MUG", price="12.90", on_hand=5)
        create_variant("SPOON", price="3.35", on_hand=9)

        basket = with_in_it(Shopper(), MUG=2).add("SPOON", 3)

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

    def test_adds_up_changes_and_takes_out_and_counts_each_change(self) -> None:
        create_variant("MUG")
        create_variant("PAN")
        shopper = with_in_it(Shopper(), MUG=1, PAN=1)

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

    def test_takes_no_more_than_there_are_in_all(self) -> None:
        create_variant("MUG", on_hand=3)
        shopper = with_in_it(Shopper(), MUG=2)

        refused = shopper.send("post", f"{BASKET}/items", {"sku": "MUG", "quantity": 2})

        assert (refused.status_code, refused.json()["code"]) == (409, "not_enough_in_stock")
        assert refused.json()["available"] == 3
        assert quantities(basket_of(shopper)) == {"MUG": 2}

    def test_takes_the_coupon_off_line_by_line(self) -> None:
        for sku in ("PIN", "NUT", "NAIL"):
            create_variant(sku, price="0.05")
        coupon("TENTH", percent_off=10)
        shopper = with_in_it(Shopper(), PIN=1, NUT=1, NAIL=1)

        basket = shopper.send("put", f"{BASKET}/coupon", {"code": "TENTH"}).json()

        # Half a cent a line is a cent a line; a tenth of the sum would be two cents.
        assert (basket["subtotal"], basket["discount"], basket["total"]) == (
            euros("0.15"),
            euros("0.03"),
            euros("0.12"),
        )


class TestASku:
    @pytest.mark.parametrize("sku", ["TEA/250G", "tea 250g", "TEA%2F250G", "a/../b", "TEA?x=1#y", "TEA_2F"])
    def test_that_is_stored_is_used_at_every_endpoint(self, sku: str) -> None:
        create_variant(sku)  # as it may be from before SKUs had an alphabet
        shopper = with_in_it(Shopper(), **{sku: 1})
        address = f"{BASKET}/items/{quote(sku, safe='')}"

        changed = shopper.send("patch", address, {"quantity": 3})
        taken_out = shopper.send("delete", address)

        assert (changed.status_code, taken_out.status_code) == (200, 200), changed.json()
        assert (quantities(changed.json()), taken_out.json()["items"]) == ({sku: 3}, [])

    def test_is_meant_to_the_letter(self) -> None:
        create_variant("TEA")

        refused = Shopper().send("post", f"{BASKET}/items", {"sku": "tea"})

        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_sku")


class TestPrices:
    def test_are_those_of_this_moment_and_a_change_is_pointed_out_until_the_item_is_touched(self) -> None:
        create_variant("MUG", price="10.00")
        shopper = with_in_it(Shopper(), MUG=2)
        Variant.objects.filter(pk="MUG").update(price=Decimal("11.00"))

        (item,) = basket_of(shopper)["items"]
        (touched,) = shopper.send("patch", f"{BASKET}/items/MUG", {"quantity": 2}).json()["items"]

        assert (item["unit_price"], item["line_total"], item["price_changed"]) == (euros("11.00"), euros("22.00"), True)
        assert touched == item | {"price_changed": False}

    @pytest.mark.usefixtures("_no_catalog")
    def test_of_nothing_are_needed_for_an_empty_basket(self) -> None:
        assert basket_of(Shopper())["stale"] is False


class TestWhileCatalogIsAway:
    @pytest.fixture
    def shopper(self, request: pytest.FixtureRequest) -> Shopper:
        create_variant("MUG", price="10.00")
        shopper = with_in_it(Shopper(), MUG=2)
        request.getfixturevalue("_no_catalog")
        return shopper

    def test_the_basket_shows_what_it_last_knew_and_says_so(self, shopper: Shopper) -> None:
        basket = basket_of(shopper)

        assert basket["stale"] is True
        assert [(item["name"], item["line_total"], item["available"]) for item in basket["items"]] == [
            ("Mug", euros("20.00"), None)
        ]
        assert basket["total"] == euros("20.00")

    @pytest.mark.parametrize("path", [f"{BASKET}/items", "/api/v1/orders/quote"])
    def test_what_needs_its_answer_is_put_off_and_changes_nothing(self, shopper: Shopper, path: str) -> None:
        before = contents()

        response = shopper.send("post", path, {"sku": "MUG"})

        assert (response.status_code, response.json()["code"]) == (503, "unavailable")
        assert contents() == before


class TestTokens:
    def test_are_shown_once_and_stored_nowhere(self) -> None:
        create_variant("MUG")
        shopper = Shopper()

        first, second = shopper.add("MUG"), shopper.add("MUG")

        assert first["token"]
        assert second["token"] is None
        assert not any(first["token"] in row for _, row in contents())

    def test_lead_to_their_own_basket_alone(self) -> None:
        create_variant("MUG")
        mine, theirs = with_in_it(Shopper(), MUG=1), with_in_it(Shopper(), MUG=3)

        mine.send("patch", f"{BASKET}/items/MUG", {"quantity": 2})

        assert quantities(basket_of(mine)) == {"MUG": 2}
        assert quantities(basket_of(theirs)) == {"MUG": 3}

    def test_without_one_there_is_nothing_to_see(self) -> None:
        create_variant("MUG")
        with_in_it(Shopper(), MUG=1)

        assert quantities(basket_of(Shopper())) == {}


class TestACustomersBasket:
    def test_is_the_same_on_two_devices_and_nobody_elses(self) -> None:
        create_variant("MUG")
        phone, laptop, neighbour = customer(), customer(), customer("kim@example.com")

        phone.add("MUG", 2)
        laptop.add("MUG", 1)
        neighbour.add("MUG", 5)

        assert quantities(basket_of(phone)) == quantities(basket_of(laptop)) == {"MUG": 3}
        assert quantities(basket_of(neighbour)) == {"MUG": 5}

    def test_needs_no_token_and_heeds_none(self) -> None:
        create_variant("MUG")
        robin, guest = customer(), with_in_it(Shopper(), MUG=4)

        assert robin.add("MUG", 1)["token"] is None
        robin.token = guest.token
        robin.send("delete", BASKET)

        assert quantities(basket_of(guest)) == {"MUG": 4}


class TestWhatWasBought:
    def test_leaves_the_basket_with_the_coupon_and_what_was_added_meanwhile_stays(self) -> None:
        for sku in ("MUG", "PAN", "POT"):
            create_variant(sku)
        coupon("TENTH")
        shopper = with_in_it(Shopper(), MUG=3, PAN=1, POT=1)
        shopper.send("put", f"{BASKET}/coupon", {"code": "TENTH"})

        remove_bought_items(basket_id=Basket.objects.get().id, bought={"MUG": 2, "PAN": 1, "GONE": 1}, now=NOW)

        basket = basket_of(shopper)
        assert (quantities(basket), basket["coupon"]) == ({"MUG": 1, "POT": 1}, None)

    def test_changes_nothing_where_the_basket_is_gone(self) -> None:
        remove_bought_items(basket_id=uuid4(), bought={"MUG": 1}, now=NOW)


class TestMerging:
    def merge(self, shopper: Shopper, token: str | None) -> Any:
        return shopper.send("post", f"{BASKET}/merge", {"token": token})

    def test_adds_up_what_both_hold_as_far_as_the_stock_goes(self) -> None:
        for sku, on_hand in {"MUG": 9, "PAN": 4, "POT": 9, "CUP": 9}.items():
            create_variant(sku, on_hand=on_hand)
        guest = with_in_it(Shopper(), MUG=2, PAN=3, CUP=1)
        robin = with_in_it(customer(), PAN=2, POT=1, MUG=1)
        Stock.objects.filter(pk="CUP").update(on_hand=0)

        merged = self.merge(robin, guest.token)

        assert merged.status_code == 200, merged.json()
        assert quantities(merged.json()) == {"PAN": 4, "POT": 1, "MUG": 3}
        assert sorted(merged.json()["capped"]) == ["CUP", "PAN"]

    def test_says_what_is_lost_because_it_is_no_longer_sold(self) -> None:
        create_variant("MUG")
        guest = with_in_it(Shopper(), MUG=2)
        Variant.objects.all().delete()

        merged = self.merge(customer(), guest.token).json()

        assert (merged["items"], merged["capped"]) == ([], ["MUG"])

    def test_twice_changes_nothing_more(self) -> None:
        create_variant("MUG")
        guest, robin = with_in_it(Shopper(), MUG=2), with_in_it(customer(), MUG=1)

        once, twice = self.merge(robin, guest.token), self.merge(robin, guest.token)

        assert once.json() == twice.json()
        assert quantities(twice.json()) == {"MUG": 3}

    def test_ends_the_anonymous_basket_for_everybody_else(self) -> None:
        create_variant("MUG")
        guest, robin, kim = with_in_it(Shopper(), MUG=2), customer(), customer("kim@example.com")
        self.merge(robin, guest.token)
        before = contents()

        answers = [self.merge(kim, guest.token), guest.get(BASKET)]

        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "unknown_basket")] * 2
        assert contents() == before

    def test_takes_the_coupon_along_unless_the_customer_has_one(self) -> None:
        create_variant("MUG")
        coupon("GUESTS"), coupon("ROBINS")
        first, second, robin = with_in_it(Shopper(), MUG=1), with_in_it(Shopper(), MUG=1), customer()
        first.send("put", f"{BASKET}/coupon", {"code": "ROBINS"})
        second.send("put", f"{BASKET}/coupon", {"code": "GUESTS"})

        codes = [self.merge(robin, guest.token).json()["coupon"]["code"] for guest in (first, second)]

        assert codes == ["ROBINS", "ROBINS"]
        assert set(Coupon.objects.values_list("uses", flat=True)) == {0}

    def test_is_for_those_who_signed_in(self) -> None:
        create_variant("MUG")
        guest = with_in_it(Shopper(), MUG=1)

        assert self.merge(Shopper(), guest.token).status_code == 401
        assert Basket.objects.count() == 1
