"""Coupons: when one may be used, and that each use belongs to one order."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from contexts.basket.db import database
from contexts.basket.models import Coupon
from contexts.basket.use_cases.redeem_coupon import redeem_coupon
from contexts.basket.use_cases.release_coupon import release_coupon
from messaging.models import OutboxMessage
from tests.basket.catalog import CatalogStandIn
from tests.basket.coupons import coupon
from tests.client import Shopper
from tests.clock import NOW

pytestmark = pytest.mark.django_db(databases=["basket"])

ORDER = UUID("11111111-1111-4111-8111-111111111111")
COUPON = "/api/v1/basket/coupon"


def redeem(order_id: UUID = ORDER) -> None:
    redeem_coupon(order_id=order_id, code="TENTH", now=NOW)


def release(order_id: UUID = ORDER) -> None:
    release_coupon(order_id=order_id, now=NOW)


def uses() -> int:
    return Coupon.objects.get(code="TENTH").uses


def published_events() -> list[str]:
    """Return the names of the events that basket has published, the oldest first."""
    return list(OutboxMessage.objects.using("basket").order_by("id").values_list("type", flat=True))


class TestApplying:
    @pytest.fixture
    def shopper(self, catalog: CatalogStandIn) -> Shopper:
        catalog.sell("MUG", price="20.00")
        shopper = Shopper()
        shopper.add("MUG")
        return shopper

    def test_reduces_the_basket_and_uses_nothing_up(self, shopper: Shopper) -> None:
        coupon("TENTH", max_uses=1)

        basket = shopper.send("put", COUPON, {"code": "TENTH"}).json()

        assert basket["coupon"] == {"code": "TENTH", "percent_off": "10.00", "usable": True}
        assert (basket["discount"]["amount"], basket["total"]["amount"]) == ("2.00", "18.00")
        assert uses() == 0

    @pytest.mark.parametrize(
        "wrong",
        [
            {"code": "ANOTHER"},
            {"valid_until": timezone.now() - timedelta(seconds=1)},
            {"valid_from": timezone.now() + timedelta(days=1)},
            {"uses": F("max_uses")},
        ],
        ids=["unknown", "expired", "not yet valid", "exhausted"],
    )
    def test_is_refused_if_the_coupon_cannot_be_used(self, shopper: Shopper, wrong: dict[str, object]) -> None:
        coupon("TENTH")
        Coupon.objects.update(**wrong)

        refused = shopper.send("put", COUPON, {"code": "TENTH"})

        assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
        assert refused.json()["code"] == "coupon_refused"
        assert "TENTH" in refused.json()["detail"]
        assert shopper.get("/api/v1/basket").json()["coupon"] is None

    def test_gives_no_discount_once_the_coupon_is_used_up(self, shopper: Shopper) -> None:
        coupon("TENTH")
        shopper.send("put", COUPON, {"code": "TENTH"})
        Coupon.objects.update(uses=F("max_uses"))

        basket = shopper.get("/api/v1/basket").json()

        assert basket["coupon"] == {"code": "TENTH", "percent_off": None, "usable": False}
        assert basket["total"]["amount"] == "20.00"

    def test_can_be_undone(self, shopper: Shopper) -> None:
        coupon("TENTH")
        shopper.send("put", COUPON, {"code": "TENTH"})

        basket = shopper.send("delete", COUPON).json()

        assert (basket["coupon"], basket["total"]["amount"]) == (None, "20.00")


class TestACode:
    @pytest.mark.parametrize("typed", ["tenth", " Tenth ", "TENTH\t"])
    def test_is_the_same_in_upper_and_lower_case_and_with_space_around_it(
        self, catalog: CatalogStandIn, typed: str
    ) -> None:
        catalog.sell("MUG", price="20.00")
        coupon("TENTH")
        shopper = Shopper()
        shopper.add("MUG")

        basket = shopper.send("put", COUPON, {"code": typed}).json()
        redeem_coupon(order_id=ORDER, code=typed, now=NOW)

        assert basket["coupon"] == {"code": "TENTH", "percent_off": "10.00", "usable": True}
        assert uses() == 1
        release()
        assert uses() == 0

    def test_is_unique_without_regard_to_case(self) -> None:
        coupon("TENTH")

        with pytest.raises(IntegrityError), database.savepoint():
            coupon("tenth")


class TestRedeeming:
    def test_uses_the_coupon_once_for_an_order_though_the_command_comes_twice(self) -> None:
        coupon("TENTH")

        redeem()
        redeem()

        assert uses() == 1
        assert published_events() == ["basket.coupon_redeemed.v1"]

    def test_stops_at_the_limit(self) -> None:
        coupon("TENTH", max_uses=2)

        for _ in range(3):
            redeem(uuid4())

        assert uses() == 2
        assert published_events() == ["basket.coupon_redeemed.v1"] * 2 + ["basket.coupon_rejected.v1"]

    def test_is_rejected_after_the_coupon_has_expired(self) -> None:
        coupon("TENTH", valid_until=NOW)

        redeem()

        assert (uses(), published_events()) == (0, ["basket.coupon_rejected.v1"])


class TestReleasing:
    def test_returns_the_use_once_and_another_order_can_have_it(self) -> None:
        coupon("TENTH", max_uses=1)
        redeem()

        release()
        release()
        redeem(uuid4())

        assert uses() == 1
        assert published_events() == ["basket.coupon_redeemed.v1"] * 2

    def test_prevents_a_later_redemption(self) -> None:
        coupon("TENTH")

        release()
        redeem()

        assert (uses(), published_events()) == (0, [])

    def test_returns_no_use_of_an_order_that_was_rejected(self) -> None:
        coupon("TENTH", max_uses=1)
        redeem(uuid4())
        redeem()

        release()

        assert uses() == 1


class TestDatabaseConstraints:
    @pytest.mark.parametrize(
        "wrong", [{"uses": F("max_uses") + 1}, {"uses": -1}, {"percent_off": 0}, {"percent_off": 101}], ids=str
    )
    def test_refuse_impossible_numbers(self, wrong: dict[str, object]) -> None:
        coupon("TENTH")

        with pytest.raises(IntegrityError), database.savepoint():
            Coupon.objects.update(**wrong)
