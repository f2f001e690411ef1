"""
Stand-ins for ordering's neighbours, so that its tests need none of their tables.

They implement the published interfaces, and are bound as the contexts themselves are: calls still travel as JSON. The
bus delivers to ordering only, and grants at once what ordering asks of catalog and basket.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pytest
from django.utils import timezone

from building_blocks.interfaces import binding
from building_blocks.money import Money, total
from contexts.basket.published.dto import BasketSnapshot, SnapshotLine
from contexts.basket.published.errors import UnknownBasket
from contexts.basket.published.events import CouponRedeemed
from contexts.basket.published.interface import Basket
from contexts.catalog.published.events import StockReserved
from contexts.identity.published.dto import Customer
from contexts.identity.published.interface import Identity
from messaging import inbox, relay
from messaging.bus import Acknowledgements, Batches
from messaging.envelope import wrap
from tests.client import Shopper, signed_in

PRICES = {"MUG": "12.95", "SPOON": "3.35", "GIFT": "0.00"}
ANSWERS = {"catalog.reserve_stock.v1": StockReserved, "basket.redeem_coupon.v1": CouponRedeemed}

_baskets: dict[UUID | str, BasketSnapshot] = {}
_emails: dict[UUID, str] = {}


class StandInBasket:
    def snapshot(self, *, customer_id: UUID | None, token: str | None) -> BasketSnapshot:
        snapshot = _baskets.get(customer_id or token or "")
        if snapshot is None:
            raise UnknownBasket("No basket has this token.")
        return snapshot


class StandInIdentity:
    def customer(self, *, customer_id: UUID) -> Customer:
        return Customer(id=customer_id, email=_emails[customer_id], name="")


class StandInBus:
    def deliver(self, batches: Batches, *, now: datetime) -> Acknowledgements:
        commands = [envelope for envelopes in batches.values() for envelope in envelopes if envelope.type in ANSWERS]
        answers = [
            wrap(ANSWERS[command.type](order_id=UUID(command.subject)), source="catalog", now=now)
            for command in commands
        ]
        inbox.store("ordering", [*batches.get("ordering", []), *answers], now=now)
        return {context: {envelope.id for envelope in envelopes} for context, envelopes in batches.items()}


@contextmanager
def standing_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Bind the stand-ins in the place of the neighbours."""
    monkeypatch.setattr(binding, "_facades", {})
    binding.bind(Basket, StandInBasket)
    binding.bind(Identity, StandInIdentity)
    monkeypatch.setattr(relay, "bus", StandInBus)
    yield
    _baskets.clear()
    _emails.clear()


def run_until_idle() -> None:
    """Relay and handle ordering's messages until none is due."""
    relay.relay("ordering", now=timezone.now())
    while inbox.handle("ordering", now=timezone.now()):
        relay.relay("ordering", now=timezone.now())


class Buyer(Shopper):
    """A shopper whose basket is the stand-in's: a guest, or the customer of an e-mail address."""

    def __init__(self, email: str = "") -> None:
        super().__init__()
        self.owner: UUID | str
        if email:
            customer_id = uuid5(NAMESPACE_URL, email)
            _emails[customer_id] = email
            self.owner, self.access_token = customer_id, signed_in(customer_id).access_token
        else:
            self.owner = self.token = str(uuid4())

    def put(self, *skus: str) -> BasketSnapshot:
        """Put one of each into the basket, and return the basket."""
        before = _baskets.get(self.owner)
        lines = [*(before.lines if before else ()), *(_line(sku, PRICES[sku]) for sku in skus)]
        return self._keep(lines, before, changes=len(skus))

    def reprice(self, sku: str, price: str) -> None:
        """Change the price of what is in the basket, as the catalog may."""
        before = _baskets[self.owner]
        self._keep([_line(sku, price) if line.sku == sku else line for line in before.lines], before, changes=0)

    def _keep(self, lines: list[SnapshotLine], before: BasketSnapshot | None, *, changes: int) -> BasketSnapshot:
        subtotal = total([line.line_total for line in lines], "EUR")
        _baskets[self.owner] = BasketSnapshot(
            basket_id=before.basket_id if before else uuid4(),
            version=(before.version if before else 0) + changes,
            lines=lines,
            coupon=None,
            subtotal=subtotal,
            discount=Money.zero("EUR"),
            total=subtotal,
        )
        return _baskets[self.owner]


def _line(sku: str, price: str) -> SnapshotLine:
    money = Money(Decimal(price), "EUR")
    return SnapshotLine(
        sku=sku,
        name=sku.title(),
        quantity=1,
        unit_price=money,
        line_total=money,
        discount=Money.zero("EUR"),
        tax_class="standard",
        weight_grams=0,
    )
