"""The price of any basket."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building_blocks.money import Money
from contexts.basket.domain.pricing import price

LINES = st.lists(
    st.tuples(
        st.decimals(min_value=0, max_value=10_000, places=2).map(lambda amount: Money(amount, "EUR")),
        st.integers(1, 999),
    ),
    max_size=8,
)
PERCENT = st.decimals(min_value=0, max_value=100, places=2)


def half_up(exact: Fraction) -> Decimal:
    """Round to the cent, by another calculation than the shop's."""
    return Decimal(floor(exact * 100 + Fraction(1, 2))) / 100


class TestPrice:
    @given(lines=LINES, percent_off=PERCENT)
    def test_takes_the_percentage_off_each_line_rounded_half_up(
        self, lines: list[tuple[Money, int]], percent_off: Decimal
    ) -> None:
        priced = price(lines, percent_off=percent_off, currency="EUR").lines

        for (unit_price, quantity), line in zip(lines, priced, strict=True):
            assert line.line_total.amount == unit_price.amount * quantity
            assert line.discount.amount == half_up(Fraction(line.line_total.amount) * Fraction(percent_off) / 100)

    @given(lines=LINES, percent_off=PERCENT)
    def test_adds_up_to_the_cent(self, lines: list[tuple[Money, int]], percent_off: Decimal) -> None:
        priced = price(lines, percent_off=percent_off, currency="EUR")

        assert priced.subtotal.amount == sum(line.line_total.amount for line in priced.lines)
        assert priced.discount.amount == sum(line.discount.amount for line in priced.lines)
        assert priced.total.amount == priced.subtotal.amount - priced.discount.amount
        assert 0 <= priced.total.amount <= priced.subtotal.amount

    @given(lines=LINES)
    def test_is_full_without_a_coupon_and_zero_with_one_of_100_per_cent(self, lines: list[tuple[Money, int]]) -> None:
        assert price(lines, percent_off=Decimal(0), currency="EUR").discount == Money.zero("EUR")
        assert price(lines, percent_off=Decimal(100), currency="EUR").total == Money.zero("EUR")

    @pytest.mark.parametrize(
        ("unit_price", "percent_off", "discount"),
        [("0.05", "10", "0.01"), ("0.15", "10", "0.02"), ("0.25", "10", "0.03"), ("0.04", "10", "0.00")],
    )
    def test_gives_half_a_cent_to_the_customer(self, unit_price: str, percent_off: str, discount: str) -> None:
        line = (Money(Decimal(unit_price), "EUR"), 1)

        assert price([line], percent_off=Decimal(percent_off), currency="EUR").discount.amount == Decimal(discount)
