"""The price of any order, and the tax in it."""

from decimal import Decimal
from fractions import Fraction
from math import floor
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building_blocks.money import Money, total
from contexts.basket.published.dto import BasketSnapshot, SnapshotLine
from contexts.ordering.domain.totals import SHIPPING, TAX_RATES, UnknownShippingMethod, tax_of, totals


@st.composite
def lines(draw: st.DrawFn) -> SnapshotLine:
    unit_price = Money(draw(st.decimals(min_value=0, max_value=5_000, places=2)), "EUR")
    quantity = draw(st.integers(1, 999))
    line_total = unit_price * quantity
    percent_off = draw(st.sampled_from([0, 5, 10, 33, 100]))
    return SnapshotLine(
        sku="MUG",
        name="Mug",
        quantity=quantity,
        unit_price=unit_price,
        line_total=line_total,
        discount=line_total.share(Decimal(percent_off) / 100),
        tax_class=draw(st.sampled_from(sorted(TAX_RATES))),
        weight_grams=0,
    )


def snapshot_of(sold: list[SnapshotLine]) -> BasketSnapshot:
    subtotal = total([line.line_total for line in sold], "EUR")
    discount = total([line.discount for line in sold], "EUR")
    return BasketSnapshot(
        basket_id=UUID(int=1),
        version=1,
        lines=sold,
        coupon=None,
        subtotal=subtotal,
        discount=discount,
        total=subtotal - discount,
    )


def contained(gross: Money, tax_class: str) -> Decimal:
    """Return the tax in a gross amount, to the cent, rounded half up; calculated in another way than the shop does."""
    percent = int(TAX_RATES[tax_class] * 100)
    exact = Fraction(gross.amount) * Fraction(percent, 100 + percent)
    return Decimal(floor(exact * 100 + Fraction(1, 2))) / 100


class TestTotals:
    @given(sold=st.lists(lines(), max_size=6), method=st.sampled_from(sorted(SHIPPING)))
    def test_are_those_of_the_basket_plus_shipping(self, sold: list[SnapshotLine], method: str) -> None:
        snapshot = snapshot_of(sold)

        cost = totals(snapshot, method)

        assert (cost.subtotal, cost.discount) == (snapshot.subtotal, snapshot.discount)
        assert cost.total.amount == snapshot.total.amount + SHIPPING[method]

    @given(sold=st.lists(lines(), max_size=6), method=st.sampled_from(sorted(SHIPPING)))
    def test_contain_the_tax_of_each_line_and_of_shipping(self, sold: list[SnapshotLine], method: str) -> None:
        cost = totals(snapshot_of(sold), method)

        taxes = [contained(line.line_total - line.discount, line.tax_class) for line in sold]
        assert [tax_of(line).amount for line in sold] == taxes
        assert cost.tax.amount == sum(taxes) + contained(cost.shipping, "standard")
        assert 0 <= cost.tax.amount <= cost.total.amount

    @pytest.mark.parametrize(
        ("tax_class", "gross", "tax"), [("standard", "121.00", "21.00"), ("reduced", "109.00", "9.00")]
    )
    def test_calculate_the_tax_from_the_gross_price(self, tax_class: str, gross: str, tax: str) -> None:
        price = Money(Decimal(gross), "EUR")
        line = SnapshotLine(
            sku="MUG",
            name="Mug",
            quantity=1,
            unit_price=price,
            line_total=price,
            discount=Money.zero("EUR"),
            tax_class=tax_class,
            weight_grams=0,
        )

        assert tax_of(line).amount == Decimal(tax)

    def test_name_the_known_shipping_methods_in_a_refusal(self) -> None:
        with pytest.raises(UnknownShippingMethod, match="by-swan: choose one of standard, express"):
            totals(snapshot_of([]), "by-swan")
