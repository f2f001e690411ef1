"""Stock that is reserved for orders: all lines or none, once, and never more than there is."""

from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st

from building_blocks.transitions import InvalidTransition
from contexts.catalog.db import savepoint
from contexts.catalog.domain.reservation import RESERVATION_TRANSITIONS, ReservationState
from contexts.catalog.models import Reservation, ReservationLine, Stock, StockMovement
from contexts.catalog.published.dto import StockLine
from contexts.catalog.use_cases.commit_stock import commit_stock
from contexts.catalog.use_cases.release_stock import release_stock
from contexts.catalog.use_cases.reserve_stock import reserve_stock
from contexts.catalog.use_cases.return_stock import return_stock
from messaging.models import OutboxMessage
from tests.catalog.variants import create_variant
from tests.clock import NOW

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
    """Return how many pieces of a SKU are on hand and reserved."""
    row = Stock.objects.get(pk=sku)
    return row.on_hand, row.reserved


def published_events() -> list[tuple[str, Any]]:
    """Return the type and the SKU, if any, of each event that catalog has published, the oldest first."""
    rows = OutboxMessage.objects.using("catalog").order_by("id")
    return [(row.type, row.data.get("sku")) for row in rows]


class TestReserving:
    def test_reserves_every_line(self) -> None:
        create_variant("MUG", on_hand=5)
        create_variant("PAN", on_hand=2)

        reserve(MUG=3, PAN=2)

        assert (stock("MUG"), stock("PAN")) == ((5, 3), (2, 2))
        assert published_events() == [("catalog.stock_reserved.v1", None)]

    @pytest.mark.parametrize("sku", ["PAN", "ZZZ"])
    def test_reserves_nothing_if_one_line_is_not_available(self, sku: str) -> None:
        create_variant("MUG", on_hand=5)
        create_variant("PAN", on_hand=2)

        reserve(**{"MUG": 3, sku: 3})

        assert (stock("MUG"), stock("PAN")) == ((5, 0), (2, 0))
        assert published_events() == [("catalog.stock_rejected.v1", sku)]

    def test_twice_for_one_order_has_one_effect(self) -> None:
        create_variant("MUG", on_hand=5)

        reserve(MUG=2)
        reserve(MUG=2)

        assert stock("MUG") == (5, 2)
        assert len(published_events()) == 1

    def test_leaves_what_other_orders_have_reserved(self) -> None:
        create_variant("MUG", on_hand=5)

        reserve(uuid4(), MUG=3)
        reserve(uuid4(), MUG=3)

        assert stock("MUG") == (5, 3)
        assert [name for name, _ in published_events()] == ["catalog.stock_reserved.v1", "catalog.stock_rejected.v1"]


class TestReplacing:
    """An order that replaces another, which may have reserved the stock that it needs."""

    def replace(self, old: UUID, /, **quantities: int) -> UUID:
        new, lines = uuid4(), [StockLine(sku=sku, quantity=quantity) for sku, quantity in quantities.items()]
        reserve_stock(order_id=new, lines=lines, replaces=[old], now=NOW)
        return new

    def test_passes_on_the_last_piece_even_if_the_release_arrives_later(self) -> None:
        create_variant("MUG", on_hand=1)
        reserve(MUG=1)

        new = self.replace(ORDER, MUG=1)
        release_stock(order_id=ORDER, now=NOW)

        assert stock("MUG") == (1, 1)
        assert Reservation.objects.get(pk=new).state == "reserved"

    def test_releases_the_old_stock_even_if_the_new_order_is_rejected(self) -> None:
        create_variant("MUG", on_hand=1)
        create_variant("PAN", on_hand=1)
        reserve(MUG=1)

        self.replace(ORDER, MUG=1, PAN=2)

        assert (stock("MUG"), stock("PAN")) == ((1, 0), (1, 0))
        assert published_events()[-1] == ("catalog.stock_rejected.v1", "PAN")

    def test_keeps_a_replaced_order_from_reserving_later(self) -> None:
        create_variant("MUG", on_hand=2)

        self.replace(ORDER, MUG=1)
        reserve(MUG=1)

        assert stock("MUG") == (2, 1)

    def test_releases_nothing_of_a_committed_order(self) -> None:
        create_variant("MUG", on_hand=2)
        reserve(MUG=1)
        commit_stock(order_id=ORDER, now=NOW)

        self.replace(ORDER, MUG=1)

        assert stock("MUG") == (1, 1)


class TestReleasing:
    def test_releases_the_reserved_stock_once(self) -> None:
        create_variant("MUG", on_hand=5)
        reserve(uuid4(), MUG=1)
        reserve(MUG=3)

        release_stock(order_id=ORDER, now=NOW)
        release_stock(order_id=ORDER, now=NOW)

        assert stock("MUG") == (5, 1)

    def test_keeps_the_order_from_reserving_later(self) -> None:
        create_variant("MUG", on_hand=5)

        release_stock(order_id=ORDER, now=NOW)
        reserve(MUG=3)

        assert stock("MUG") == (5, 0)
        assert published_events() == []

    def test_releases_nothing_of_a_rejected_order(self) -> None:
        create_variant("MUG", on_hand=5)
        reserve(MUG=9)

        release_stock(order_id=ORDER, now=NOW)

        assert stock("MUG") == (5, 0)


class TestCommitting:
    def test_takes_the_reserved_stock_off_the_stock_on_hand(self) -> None:
        create_variant("MUG", on_hand=5)
        reserve(MUG=3)

        commit_stock(order_id=ORDER, now=NOW)

        assert stock("MUG") == (2, 0)

    @pytest.mark.parametrize("before", ["nothing", "rejected", "released", "committed"])
    def test_raises_if_nothing_is_reserved(self, before: str) -> None:
        create_variant("MUG", on_hand=5)
        if before != "nothing":
            reserve(MUG=9 if before == "rejected" else 3)
        if before == "released":
            release_stock(order_id=ORDER, now=NOW)
        if before == "committed":
            commit_stock(order_id=ORDER, now=NOW)
        held = stock("MUG")

        with pytest.raises(InvalidTransition), savepoint():
            commit_stock(order_id=ORDER, now=NOW)

        assert stock("MUG") == held
        assert Reservation.objects.filter(order_id=ORDER).exists() == (before != "nothing")


class TestReturning:
    def test_puts_the_goods_back_on_hand_once_with_rows_in_the_ledger(self) -> None:
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
        commit_stock(order_id=ORDER, now=NOW)  # late: does nothing

        assert stock("MUG") == (5, 0)
        assert ledger() == [("MUG", -3, "sold"), ("MUG", 3, "returned")]

    def test_puts_the_goods_of_an_order_without_a_reservation_back_once(self) -> None:
        create_variant("MUG", on_hand=5)

        return_goods(MUG=3)
        return_goods(MUG=3)

        assert stock("MUG") == (8, 0)
        assert ledger() == [("MUG", 3, "returned")]

    @pytest.mark.parametrize("before", ["rejected", "released"])
    def test_raises_if_nothing_was_sold(self, before: str) -> None:
        create_variant("MUG", on_hand=5)
        reserve(MUG=9 if before == "rejected" else 3)
        if before == "released":
            release_stock(order_id=ORDER, now=NOW)

        with pytest.raises(InvalidTransition), savepoint():
            return_goods(MUG=3)

        assert (stock("MUG"), ledger()) == ((5, 0), [])


class TestTransitions:
    @pytest.mark.parametrize("new", ReservationState)
    @pytest.mark.parametrize("old", ReservationState)
    def test_are_refused_unless_they_are_listed(self, old: ReservationState, new: ReservationState) -> None:
        reservation = Reservation.objects.create(order_id=ORDER, state=old, created_at=NOW)

        with suppress(InvalidTransition):
            reservation.transition_to(new)

        changed = new in RESERVATION_TRANSITIONS[old]
        assert Reservation.objects.get().state == (new if changed else old)

    def test_end_in_a_final_state(self) -> None:
        final = [state for state in ReservationState if not RESERVATION_TRANSITIONS[state]]
        assert final == ["rejected", "released", "returned"]


class TestDatabaseConstraints:
    @pytest.mark.parametrize(
        "wrong",
        [{"reserved": F("reserved") + 3}, {"on_hand": 1}, {"reserved": -1}, {"on_hand": -1, "reserved": -1}],
        ids=["oversold", "fewer than reserved", "negative reserved", "negative on hand"],
    )
    def test_refuse_impossible_numbers(self, wrong: dict[str, Any]) -> None:
        create_variant("MUG", on_hand=4)
        reserve(MUG=2)

        with pytest.raises(IntegrityError), savepoint():
            Stock.objects.filter(pk="MUG").update(**wrong)

    def test_refuse_a_second_line_of_a_sku(self) -> None:
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
def test_stock_is_conserved_by_any_sequence_of_operations(operations: list[tuple[str, int, int]]) -> None:
    sku, orders = f"S{uuid4()}", [uuid4() for _ in range(4)]
    create_variant(sku, on_hand=6)

    for what, number, quantity in operations:
        if what == "reserve":
            reserve(orders[number], **{sku: quantity})
        elif what == "release":
            release_stock(order_id=orders[number], now=NOW)
        else:
            with suppress(InvalidTransition), savepoint():
                if what == "commit":
                    commit_stock(order_id=orders[number], now=NOW)
                elif Reservation.objects.filter(order_id=orders[number]).exists():
                    return_goods(orders[number], **{sku: quantity})

    lines = ReservationLine.objects.filter(sku=sku).values_list("reservation__state", "quantity")
    held = sum(quantity for state, quantity in lines if state == "reserved")
    sold = sum(quantity for state, quantity in lines if state == "committed")
    assert stock(sku) == (6 - sold, held)
    assert sum(StockMovement.objects.filter(stock_id=sku).values_list("delta", flat=True)) == -sold
