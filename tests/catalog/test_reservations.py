"""Stock that is set aside for orders: all lines or none, once, and never more than there is."""

from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st

from contexts.catalog.db import savepoint
from contexts.catalog.models import Reservation, ReservationLine, Stock, StockMovement
from contexts.catalog.published.dto import StockLine
from contexts.catalog.use_cases.commit_stock import NothingReserved, commit_stock
from contexts.catalog.use_cases.release_stock import release_stock
from contexts.catalog.use_cases.reserve_stock import reserve_stock
from contexts.catalog.use_cases.return_stock import NeverSold, return_stock
from messaging.models import OutboxMessage
from tests.shop import NOW, create_variant

pytestmark = pytest.mark.django_db(databases=["catalog"])

ORDER = UUID("11111111-1111-4111-8111-111111111111")


def reserve(order_id: UUID = ORDER, /, **quantities: int) -> None:
    lines = [StockLine(sku=sku, quantity=quantity) for sku, quantity in quantities.items()]
    reserve_stock(order_id=order_id, lines=lines, now=NOW)


def return_goods(order_id: UUID = ORDER, /, **quantities: int) -> None:
    lines = [StockLine(sku=sku, quantity=quantity) for sku, quantity in quantities.items()]
    return_stock(order_id=order_id, lines=lines, now=NOW)


def ledger() -> list[tuple[str, int, str]]:
    return list(StockMovement.objects.order_by("id").values_list("stock_id", "delta", "reason"))


def stock(sku: str) -> tuple[int, int]:
    """Return how many of a SKU are on hand, and how many of those reserved."""
    row = Stock.objects.get(pk=sku)
    return row.on_hand, row.reserved


def published_events() -> list[tuple[str, Any]]:
    """Return what catalog has published, the oldest first: each event's name and the SKU that it names."""
    rows = OutboxMessage.objects.using("catalog").order_by("id")
    return [(row.type, row.data.get("sku")) for row in rows]


class TestReserving:
    def test_sets_every_line_aside(self) -> None:
        create_variant("MUG", on_hand=5)
        create_variant("PAN", on_hand=2)

        reserve(MUG=3, PAN=2)

        assert (stock("MUG"), stock("PAN")) == ((5, 3), (2, 2))
        assert published_events() == [("catalog.stock_reserved.v1", None)]

    @pytest.mark.parametrize("sku", ["PAN", "ZZZ"])
    def test_sets_nothing_aside_where_one_line_cannot_be(self, sku: str) -> None:
        create_variant("MUG", on_hand=5)
        create_variant("PAN", on_hand=2)

        reserve(**{"MUG": 3, sku: 3})

        assert (stock("MUG"), stock("PAN")) == ((5, 0), (2, 0))
        assert published_events() == [("catalog.stock_rejected.v1", sku)]

    def test_twice_for_one_order_has_its_effect_once(self) -> None:
        create_variant("MUG", on_hand=5)

        reserve(MUG=2)
        reserve(MUG=2)

        assert stock("MUG") == (5, 2)
        assert len(published_events()) == 1

    def test_counts_what_others_have_set_aside(self) -> None:
        create_variant("MUG", on_hand=5)

        reserve(uuid4(), MUG=3)
        reserve(uuid4(), MUG=3)

        assert stock("MUG") == (5, 3)
        assert [name for name, _ in published_events()] == ["catalog.stock_reserved.v1", "catalog.stock_rejected.v1"]


class TestReplacing:
    """An order that takes the place of another, which may hold what it wants."""

    def replace(self, old: UUID, /, **quantities: int) -> UUID:
        new, lines = uuid4(), [StockLine(sku=sku, quantity=quantity) for sku, quantity in quantities.items()]
        reserve_stock(order_id=new, lines=lines, replaces=[old], now=NOW)
        return new

    def test_hands_over_the_last_piece_in_whichever_order_the_release_comes(self) -> None:
        create_variant("MUG", on_hand=1)
        reserve(MUG=1)

        new = self.replace(ORDER, MUG=1)
        release_stock(order_id=ORDER, now=NOW)

        assert stock("MUG") == (1, 1)
        assert Reservation.objects.get(pk=new).state == "reserved"

    def test_that_wants_too_much_gives_back_all_the_same(self) -> None:
        create_variant("MUG", on_hand=1)
        create_variant("PAN", on_hand=1)
        reserve(MUG=1)

        self.replace(ORDER, MUG=1, PAN=2)

        assert (stock("MUG"), stock("PAN")) == ((1, 0), (1, 0))
        assert published_events()[-1] == ("catalog.stock_rejected.v1", "PAN")

    def test_of_an_order_that_has_reserved_nothing_yet_keeps_it_from_doing_so(self) -> None:
        create_variant("MUG", on_hand=2)

        self.replace(ORDER, MUG=1)
        reserve(MUG=1)

        assert stock("MUG") == (2, 1)

    def test_of_an_order_whose_goods_have_left_takes_none_of_them_back(self) -> None:
        create_variant("MUG", on_hand=2)
        reserve(MUG=1)
        commit_stock(order_id=ORDER, now=NOW)

        self.replace(ORDER, MUG=1)

        assert stock("MUG") == (1, 1)


class TestReleasing:
    def test_gives_back_what_was_set_aside_once(self) -> None:
        create_variant("MUG", on_hand=5)
        reserve(uuid4(), MUG=1)
        reserve(MUG=3)

        release_stock(order_id=ORDER, now=NOW)
        release_stock(order_id=ORDER, now=NOW)

        assert stock("MUG") == (5, 1)

    def test_forestalls_a_reservation_that_comes_later(self) -> None:
        create_variant("MUG", on_hand=5)

        release_stock(order_id=ORDER, now=NOW)
        reserve(MUG=3)

        assert stock("MUG") == (5, 0)
        assert published_events() == []

    def test_gives_back_nothing_of_an_order_that_got_nothing(self) -> None:
        create_variant("MUG", on_hand=5)
        reserve(MUG=9)

        release_stock(order_id=ORDER, now=NOW)

        assert stock("MUG") == (5, 0)


class TestCommitting:
    def test_takes_what_was_set_aside_off_what_is_on_hand(self) -> None:
        create_variant("MUG", on_hand=5)
        reserve(MUG=3)

        commit_stock(order_id=ORDER, now=NOW)

        assert stock("MUG") == (2, 0)

    @pytest.mark.parametrize("before", ["nothing", "rejected", "released", "committed"])
    def test_raises_where_nothing_is_reserved(self, before: str) -> None:
        create_variant("MUG", on_hand=5)
        if before != "nothing":
            reserve(MUG=9 if before == "rejected" else 3)
        if before == "released":
            release_stock(order_id=ORDER, now=NOW)
        if before == "committed":
            commit_stock(order_id=ORDER, now=NOW)
        held = stock("MUG")

        with pytest.raises(NothingReserved), savepoint():
            commit_stock(order_id=ORDER, now=NOW)

        assert stock("MUG") == held
        assert Reservation.objects.filter(order_id=ORDER).exists() == (before != "nothing")


class TestReturning:
    def test_puts_what_was_sold_back_on_the_shelf_once_and_says_so_in_the_ledger(self) -> None:
        create_variant("MUG", on_hand=5)
        create_variant("PAN", on_hand=2)
        reserve(MUG=3, PAN=2)
        commit_stock(order_id=ORDER, now=NOW)

        return_goods(MUG=3, PAN=2)
        return_goods(MUG=3, PAN=2)

        assert (stock("MUG"), stock("PAN")) == ((5, 0), (2, 0))
        sold, returned = [("MUG", -3, "sold"), ("PAN", -2, "sold")], [("MUG", 3, "returned"), ("PAN", 2, "returned")]
        assert ledger() == sold + returned

    def test_that_overtakes_the_sale_commits_it_first(self) -> None:
        create_variant("MUG", on_hand=5)
        reserve(MUG=3)

        return_goods(MUG=3)
        commit_stock(order_id=ORDER, now=NOW)  # comes late, and finds that it is done

        assert stock("MUG") == (5, 0)
        assert ledger() == [("MUG", -3, "sold"), ("MUG", 3, "returned")]

    def test_takes_the_goods_of_an_order_from_before_its_time_once(self) -> None:
        create_variant("MUG", on_hand=5)

        return_goods(MUG=3)
        return_goods(MUG=3)

        assert stock("MUG") == (8, 0)
        assert ledger() == [("MUG", 3, "returned")]

    @pytest.mark.parametrize("before", ["rejected", "released"])
    def test_raises_where_nothing_was_sold(self, before: str) -> None:
        create_variant("MUG", on_hand=5)
        reserve(MUG=9 if before == "rejected" else 3)
        if before == "released":
            release_stock(order_id=ORDER, now=NOW)

        with pytest.raises(NeverSold), savepoint():
            return_goods(MUG=3)

        assert (stock("MUG"), ledger()) == ((5, 0), [])


class TestDatabaseConstraints:
    @pytest.mark.parametrize(
        "wrong",
        [{"reserved": F("reserved") + 3}, {"on_hand": 1}, {"reserved": -1}, {"on_hand": -1, "reserved": -1}],
        ids=["oversold", "fewer than are promised", "less than none reserved", "less than none on hand"],
    )
    def test_refuses_what_wrong_code_might_write(self, wrong: dict[str, Any]) -> None:
        create_variant("MUG", on_hand=4)
        reserve(MUG=2)

        with pytest.raises(IntegrityError), savepoint():
            Stock.objects.filter(pk="MUG").update(**wrong)

    def test_refuses_a_second_line_of_a_sku(self) -> None:
        create_variant("MUG", on_hand=4)
        reserve(MUG=2)

        with pytest.raises(IntegrityError), savepoint():
            ReservationLine.objects.create(reservation_id=ORDER, sku="MUG", quantity=1)


OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["reserve", "release", "commit", "return"]), st.integers(0, 3), st.integers(1, 4)),
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(operations=OPERATIONS)
def test_stock_is_conserved_whatever_happens_in_whatever_order(operations: list[tuple[str, int, int]]) -> None:
    sku, orders = f"S{uuid4()}", [uuid4() for _ in range(4)]
    create_variant(sku, on_hand=6)

    for what, number, quantity in operations:
        if what == "reserve":
            reserve(orders[number], **{sku: quantity})
        elif what == "release":
            release_stock(order_id=orders[number], now=NOW)
        else:
            with suppress(NothingReserved, NeverSold), savepoint():
                if what == "commit":
                    commit_stock(order_id=orders[number], now=NOW)
                elif Reservation.objects.filter(order_id=orders[number]).exists():
                    return_goods(orders[number], **{sku: quantity})

    lines = ReservationLine.objects.filter(sku=sku).values_list("reservation__state", "quantity")
    held = sum(quantity for state, quantity in lines if state == "reserved")
    sold = sum(quantity for state, quantity in lines if state == "committed")
    assert stock(sku) == (6 - sold, held)
    assert sum(StockMovement.objects.filter(stock_id=sku).values_list("delta", flat=True)) == -sold
