"""What the buyer expects to buy, from what the client has shown."""

from dataclasses import dataclass
from decimal import Decimal

from building_blocks.refusals import Refusal
from contexts.basket.published.dto import BasketSnapshot
from contexts.ordering.domain.totals import Totals


class BasketChanged(Refusal):
    code = "basket_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """What the client has shown to the buyer last; None if the client does not send it."""

    basket_version: int | None = None
    total: Decimal | None = None


def check_expectations(expected: Expectations, snapshot: BasketSnapshot, actual: Totals) -> None:
    """
    Check that the buyer gets what the client has shown.

    :raises BasketChanged: the version or the total differs; the refusal names both.
    """
    if expected.basket_version not in (None, snapshot.version):
        raise BasketChanged(
            "The basket has changed since you saw it: look at it again.",
            expected_version=expected.basket_version,
            basket_version=snapshot.version,
        )
    if expected.total not in (None, actual.total.amount):
        raise BasketChanged(
            f"The total is now {actual.total}: look at the basket again.",
            expected_total=str(expected.total),
            total=str(actual.total.amount),
        )
