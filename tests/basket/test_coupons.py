"""Coupons: who may use one, and that a use is one order's."""

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
from tests.shop import NOW, Shopper, coupon, create_variant

pytestmark = pytest.mark.django_db(databases=["basket", "catalog"])

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
    def shopper(self) -> Shopper:
        create_variant("MUG", price="20.00")
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
    def test_is_refused_by_name_where_it_may_not_be_used(self, shopper: Shopper, wrong: dict[str, object]) -> None:
        coupon("TENTH")
        Coupon.objects.update(**wrong)

        refused = shopper.send("put", COUPON, {"code": "TENTH"})

        assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
        assert refused.json()["code"] == "coupon_refused"
        assert "TENTH" in refused.json()["detail"]
        assert shopper.get("/api/v1/basket").json()["coupon"] is None

    def test_shows_that_one_has_run_out_meanwhile_and_takes_nothing_off(self, shopper: Shopper) -> None:
        coupon("TENTH")
        shopper.send("put", COUPON, {"code": "TENTH"})
        Coupon.objects.update(uses=F("max_uses"))

        basket = shopper.get("/api/v1/basket").json()

        assert basket["coupon"] == {"code": "TENTH", "percent_off": None, "usable": False}
        assert basket["total"]["amount"] == "20.00"

    def test_can_be_taken_back(self, shopper: Shopper) -> None:
        coupon("TENTH")
        shopper.send("put", COUPON, {"code": "TENTH"})

        basket = shopper.send("delete", COUPON).json()

        assert (basket["coupon"], basket["total"]["amount"]) == (None, "20.00")


class TestACode:
    @pytest.mark.parametrize("typed", ["tenth", " Tenth ", "TENTH\t"])
    def test_is_the_same_in_upper_and_lower_case_and_with_space_around_it(self, typed: str) -> None:
        create_variant("MUG", price="20.00")
        coupon("TENTH")
        shopper = Shopper()
        shopper.add("MUG")

        basket = shopper.send("put", COUPON, {"code": typed}).json()
        redeem_coupon(order_id=ORDER, code=typed, now=NOW)

        assert basket["coupon"] == {"code": "TENTH", "percent_off": "10.00", "usable": True}
        assert uses() == 1
        release()
        assert uses() == 0

    def test_has_no_twin_that_differs_in_case_alone(self) -> None:
        coupon("TENTH")

        with pytest.raises(IntegrityError), database.savepoint():
            coupon("tenth")


class TestRedeeming:
    def test_uses_the_coupon_once_for_an_order_however_often_it_is_asked(self) -> None:
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

    def test_is_rejected_once_the_time_is_over(self) -> None:
        coupon("TENTH", valid_until=NOW)

        redeem()

        assert (uses(), published_events()) == (0, ["basket.coupon_rejected.v1"])


class TestReleasing:
    def test_gives_the_use_back_once_and_another_order_may_have_it(self) -> None:
        coupon("TENTH", max_uses=1)
        redeem()

        release()
        release()
        redeem(uuid4())

        assert uses() == 1
        assert published_events() == ["basket.coupon_redeemed.v1"] * 2

    def test_forestalls_a_redemption_that_comes_later(self) -> None:
        coupon("TENTH")

        release()
        redeem()

        assert (uses(), published_events()) == (0, [])

    def test_gives_nothing_back_of_an_order_that_got_nothing(self) -> None:
        coupon("TENTH", max_uses=1)
        redeem(uuid4())
        redeem()

        release()

        assert uses() == 1


class TestDatabaseConstraints:
    @pytest.mark.parametrize(
        "wrong", [{"uses": F("max_uses") + 1}, {"uses": -1}, {"percent_off": 0}, {"percent_off": 101}], ids=str
    )
    def test_refuses_what_wrong_code_might_write(self, wrong: dict[str, object]) -> None:
        coupon("TENTH")

        with pytest.raises(IntegrityError), database.savepoint():
            Coupon.objects.update(**wrong)
