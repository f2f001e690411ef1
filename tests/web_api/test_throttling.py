"""Throttling of coupons, orders, baskets and e-mails, and whose attempts are counted together."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from pytest_django import Settings

from contexts.basket.models import Basket
from contexts.ordering.models import Order
from tests.shop import NOW, Shopper, create_variant, customer
from tests.threads import concurrently
from web_api.throttling.counting import AttemptCounter, client_address

pytestmark = pytest.mark.django_db(databases="__all__")

DAY = 24 * 3600  # seconds; no window ends during a test


@pytest.fixture(autouse=True)
def _two_attempts(settings: Settings) -> Iterator[None]:
    settings.COUPON_RATE_LIMIT = settings.ORDER_RATE_LIMIT = (2, DAY)
    cache.clear()
    yield
    cache.clear()


def guess(shopper: Shopper) -> Any:
    return shopper.send("put", "/api/v1/basket/coupon", {"code": "GUESSED"})


def statuses(*responses: Any) -> list[int]:
    return [response.status_code for response in responses]


class TestGuessingCoupons:
    def test_is_refused_after_some_attempts_until_a_given_time(self) -> None:
        create_variant("MUG")
        shopper = Shopper()
        shopper.add("MUG")

        assert statuses(guess(shopper), guess(shopper)) == [422, 422]
        refused = guess(shopper)

        assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
        assert refused.json()["code"] == "too_many_requests"
        assert refused["Retry-After"] in refused.json()["detail"]

    def test_is_not_easier_with_a_new_basket(self) -> None:
        create_variant("MUG")
        for _ in range(2):
            shopper = Shopper()
            shopper.add("MUG")
            guess(shopper)

        assert statuses(guess(Shopper())) == [429]

    def test_is_counted_by_customer_at_any_address(self) -> None:
        robin = customer()
        statuses(guess(robin), guess(customer()))

        assert statuses(guess(robin), guess(customer("lou@example.com")), guess(Shopper())) == [429, 404, 404]

    def test_does_not_prevent_shopping(self) -> None:
        create_variant("MUG")
        shopper = Shopper()
        shopper.add("MUG")
        for _ in range(3):
            guess(shopper)

        assert shopper.get("/api/v1/basket").status_code == 200
        assert shopper.send("delete", "/api/v1/basket/coupon").status_code == 200
        assert shopper.order().status_code == 202

    def test_is_counted_exactly_when_concurrent(self) -> None:
        counter = AttemptCounter(scope="coupon", ident="robin", window=DAY, now=NOW)

        counted = concurrently(*[lambda: [counter.increment() for _ in range(300)]] * 8)

        assert sorted(count for counts in counted for count in counts) == list(range(1, 2401))


class TestFrequentOrders:
    def test_are_refused_after_some_attempts_and_place_nothing(self) -> None:
        create_variant("MUG")
        shopper = Shopper()
        shopper.add("MUG")
        same: dict[str, Any] = {"key": str(uuid4()), "payment_token": shopper.card()}

        assert statuses(shopper.order(**same), shopper.order(**same)) == [202, 202]
        shopper.add("MUG")
        refused = shopper.order()

        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert Order.objects.count() == 1

    def test_are_accepted_if_the_limit_is_off(self, settings: Settings) -> None:
        settings.ORDER_RATE_LIMIT = None

        assert 429 not in statuses(*[Shopper().order() for _ in range(4)])


class TestNewBaskets:
    @pytest.fixture(autouse=True)
    def _two_baskets(self, settings: Settings) -> None:
        settings.BASKET_RATE_LIMIT = (2, DAY)
        create_variant("MUG")

    def test_are_refused_after_some_for_one_address(self) -> None:
        for _ in range(2):
            Shopper().add("MUG")

        refused = Shopper().send("post", "/api/v1/basket/items", {"sku": "MUG"})

        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert int(refused["Retry-After"]) > 0
        assert Basket.objects.count() == 2

    def test_may_be_filled_all_the_same(self) -> None:
        guest, robin = Shopper(), customer()
        for _ in range(4):
            guest.add("MUG")
            robin.add("MUG")


class TestEmailsAboutOrders:
    def test_are_limited_for_one_address_across_all_buyers(self, settings: Settings) -> None:
        settings.ORDER_RATE_LIMIT, settings.ORDER_EMAIL_RATE_LIMIT = None, (2, DAY)
        create_variant("MUG")

        def order(email: str, shopper: Shopper) -> Any:
            shopper.add("MUG")
            return shopper.order(email=email)

        emails = ["ada@example.com", "Ada@example.com", "ada@example.com", "bea@example.com"]
        shoppers = [Shopper(), customer(), Shopper(), Shopper()]

        responses = [order(email, shopper) for email, shopper in zip(emails, shoppers, strict=True)]

        assert statuses(*responses) == [202, 202, 429, 202]
        assert Order.objects.count() == 3


class TestTheClientAddress:
    @pytest.mark.parametrize(
        ("behind_proxy", "forwarded", "address"),
        [
            (True, "203.0.113.9", "203.0.113.9"),
            (True, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
            (True, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            (True, None, "192.0.2.1"),
            (False, "203.0.113.9", "192.0.2.1"),
        ],
    )
    def test_is_the_one_from_our_own_proxy(
        self, behind_proxy: bool, forwarded: str | None, address: str, settings: Settings
    ) -> None:
        settings.BEHIND_PROXY = behind_proxy
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}

        assert client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")) == address

    def test_is_one_network_for_all_addresses_of_a_household(self) -> None:
        near = [RequestFactory().get("/", REMOTE_ADDR=f"2001:db8::{host}") for host in ("1", "ffff")]

        assert client_address(near[0]) == client_address(near[1])

    def test_may_be_a_socket_without_an_address(self) -> None:
        assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) == ""
