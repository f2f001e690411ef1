"""Money: exact, and in one currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building_blocks.money import CurrencyMismatch, Money, total

amounts = st.decimals(min_value=-10_000, max_value=10_000, places=2)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


class TestMoney:
    def test_rounds_a_share_half_up(self) -> None:
        assert euros("2.30").share(Decimal("0.25")) == euros("0.58")
        assert euros("2.10").share(Decimal("0.25")) == euros("0.53"), "half-even would give 0.52"

    def test_refuses_more_than_two_decimals(self) -> None:
        with pytest.raises(ValueError, match="more than two decimals"):
            euros("1.005")

    def test_always_shows_two_decimals(self) -> None:
        assert str(euros("5")) == "5.00 EUR"

    def test_does_not_mix_currencies(self) -> None:
        with pytest.raises(CurrencyMismatch):
            euros("1") + Money(Decimal(1), "USD")

    @given(st.lists(amounts))
    def test_adds_up_exactly(self, values: list[Decimal]) -> None:
        assert total([Money(value, "EUR") for value in values], "EUR").amount == sum(values)
