"""Money: an exact amount in one currency."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


class CurrencyMismatch(ValueError):
    """Raised if amounts of two currencies are added, subtracted or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """
    An amount with two decimals and its ISO 4217 currency.

    `share` rounds at once, half up, for each line; sums of rounded lines are exact.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if self.amount != self.amount.quantize(CENT):
            raise ValueError(f"{self.amount} has more than two decimals")
        if self.amount.as_tuple().exponent != -2:
            object.__setattr__(self, "amount", self.amount.quantize(CENT))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same_currency(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same_currency(other), self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.amount * count, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same_currency(other)

    def share(self, part: Decimal) -> "Money":
        """
        Return this part of the amount, rounded half up to the cent.

        :param part: a ratio, 0.15 for 15 %.
        """
        return Money((self.amount * part).quantize(CENT, rounding=ROUND_HALF_UP), self.currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(Decimal("0.00"), currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _same_currency(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up")
        return other.amount


def total(amounts: "list[Money]", currency: str) -> Money:
    """Return the sum of the amounts, or zero in this currency if there are none."""
    return sum(amounts, start=Money.zero(currency))
