"""The tables of basket: baskets, and the shop's coupons."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Upper

from building_blocks.digests import digest
from building_blocks.money import Money
from building_blocks.transitions import check_transition
from contexts.basket.domain.redemption import REDEMPTION_TRANSITIONS, RedemptionState
from contexts.basket.domain.shopper import Shopper
from contexts.basket.published.errors import UnknownBasket
from contexts.catalog.published.dto import Offer

YEARS = range(2000, 2101)  # in which a coupon may begin or end
REDEMPTION_STATES = [(state.value, state.value.title()) for state in RedemptionState]


class BasketQuerySet(models.QuerySet["Basket"]):
    def of(self, shopper: Shopper) -> "Basket | None":
        """
        Return the shopper's basket, if there is one already.

        :raises UnknownBasket: no basket has the token, or that basket was merged into a customer's.
        """
        if shopper.customer_id is not None:
            return self.filter(customer_id=shopper.customer_id).first()
        if shopper.token is None:
            return None
        basket = self.filter(token_digest=digest(shopper.token), merged_into=None).first()
        if basket is None:
            raise UnknownBasket("No basket belongs to this token.")
        return basket

    def abandoned(self, *, before: datetime) -> Self:
        """Keep the anonymous baskets that have not changed since then."""
        return self.filter(customer_id=None, changed_at__lt=before)


class Basket(models.Model):
    """
    A customer's basket, or an anonymous one, which belongs to the client that has its token.

    :param version: changes with every change, so that an order can name the state that it was made of.
    :param merged_into: the customer's basket to which the items of this anonymous one were moved.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer_id = models.UUIDField(null=True, unique=True)
    token_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - unique unless it is null
    version = models.PositiveIntegerField(default=0)
    coupon = models.ForeignKey("Coupon", models.SET_NULL, null=True)
    merged_into = models.ForeignKey("self", models.CASCADE, null=True)
    changed_at = models.DateTimeField()

    objects = BasketQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(customer_id=None) ^ Q(token_digest=None), name="basket_customer_xor_token"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def open_for_customer(cls, customer_id: UUID, *, now: datetime) -> "Basket":
        """Return the customer's basket, locked; create it unless it exists."""
        cls.objects.get_or_create(customer_id=customer_id, defaults={"changed_at": now})
        return cls.objects.select_for_update().get(customer_id=customer_id)

    @classmethod
    def open_for_token(cls, token: str, *, now: datetime) -> Self:
        return cls.objects.create(token_digest=digest(token), changed_at=now)

    def set_item(self, offer: Offer, quantity: int, *, now: datetime) -> None:
        """Set the quantity of the offered SKU."""
        item = {"quantity": quantity, "name": offer.name, "price": offer.unit_price.amount}
        if not self.items.filter(sku=offer.sku).update(**item):
            self.items.create(sku=offer.sku, added_at=now, **item)
        self.bump_version(now=now)

    def remove_item(self, sku: str, *, now: datetime) -> bool:
        """Remove an item, and return whether there was one."""
        removed, _ = self.items.filter(sku=sku).delete()
        if removed:
            self.bump_version(now=now)
        return bool(removed)

    def quantity_of(self, sku: str) -> int:
        item = self.items.filter(sku=sku).first()
        return item.quantity if item else 0

    def empty(self, *, now: datetime) -> None:
        self.items.all().delete()
        self.coupon = None
        self.bump_version(now=now)

    def set_coupon(self, coupon: "Coupon | None", *, now: datetime) -> None:
        self.coupon = coupon
        self.bump_version(now=now)

    def remove_bought(self, bought: dict[str, int], *, coupon: str | None, now: datetime) -> None:
        """
        Remove bought items and the coupon; what was added since the order stays.

        :param bought: the quantity of each SKU.
        :param coupon: the code to remove; None removes any.
        """
        for item in self.items.filter(sku__in=bought):
            item.reduce_by(bought[item.sku])
        if coupon is None or coupon == self.coupon_id:
            self.coupon = None
        self.bump_version(now=now)

    def merge_into(self, other: "Basket", *, now: datetime) -> None:
        self.merged_into = other
        self.empty(now=now)

    def bump_version(self, *, now: datetime) -> None:
        self.version += 1
        self.changed_at = now
        self.save(update_fields=["version", "changed_at", "coupon", "merged_into"])


class BasketItem(models.Model):
    """
    An item of a basket.

    :param price: of one piece, in the shop's currency, at the shopper's last change; shown while catalog is down.
    """

    basket = models.ForeignKey(Basket, models.CASCADE, related_name="items")
    sku = models.CharField(max_length=40)
    name = models.CharField(max_length=220)
    quantity = models.PositiveIntegerField()
    price = models.DecimalField(max_digits=12, decimal_places=2)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("added_at", "sku")
        constraints = (
            models.UniqueConstraint(fields=["basket", "sku"], name="basket_item_unique"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="basket_item_quantity_positive"),
        )

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"

    @property
    def unit_price(self) -> Money:
        return Money(self.price, settings.CURRENCY)

    def reduce_by(self, quantity: int) -> None:
        """Reduce the quantity, and delete the item if none is left."""
        if quantity >= self.quantity:
            self.delete()
        else:
            self.quantity -= quantity
            self.save(update_fields=["quantity"])


class CouponQuerySet(models.QuerySet["Coupon"]):
    def of_code(self, code: str) -> Self:
        """Keep the coupon with this code; case, and space around the code, are ignored."""
        return self.alias(upper=Upper("code")).filter(upper=Upper(Value(code.strip())))

    def valid(self, code: str, *, now: datetime) -> Self:
        """Keep the coupon with this code, if it is valid now; it may be used up."""
        not_expired = Q(valid_until=None) | Q(valid_until__gt=now)
        return self.of_code(code).filter(not_expired, valid_from__lte=now)

    def usable(self, code: str, *, now: datetime) -> Self:
        """Keep the coupon with this code, if it is valid now and not used up."""
        return self.valid(code, now=now).filter(uses__lt=F("max_uses"))

    def redeem(self, code: str, *, now: datetime) -> bool:
        """Use the coupon once and return True, if it is usable; one UPDATE checks and writes."""
        return self.usable(code, now=now).update(uses=F("uses") + 1) == 1

    def release(self, code: str) -> None:
        self.of_code(code).update(uses=F("uses") - 1)

    def lock(self, codes: Iterable[str]) -> None:
        """Lock the coupons with these codes, always in the same order."""
        upper_codes = [Upper(Value(code)) for code in codes]
        list(self.alias(upper=Upper("code")).filter(upper__in=upper_codes).order_by("code").select_for_update())


class Coupon(models.Model):
    """A code that gives a percentage of discount, for a limited number of orders."""

    code = models.CharField(max_length=40, primary_key=True)
    percent_off = models.DecimalField(max_digits=5, decimal_places=2)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    max_uses = models.PositiveIntegerField()
    uses = models.PositiveIntegerField(default=0)

    objects = CouponQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(uses__lte=F("max_uses")), name="coupon_uses_limited"),
            models.CheckConstraint(
                condition=Q(percent_off__gt=0) & Q(percent_off__lte=100), name="coupon_percent_in_range"
            ),
            models.UniqueConstraint(
                Upper("code"),
                name="coupon_code_unique",
                violation_error_message="There is a coupon of this code already; upper and lower case are the same.",
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def is_used_up(self) -> bool:
        return self.uses >= self.max_uses

    def clean(self) -> None:
        """
        Check each field, and fields against each other.

        :raises ValidationError: a field is out of range, or contradicts another.
        """
        super().clean()
        if errors := dict(self._errors()):
            raise ValidationError(errors)

    def _errors(self) -> Iterator[tuple[str, str]]:
        if self.percent_off is not None and not 0 < self.percent_off <= 100:
            yield "percent_off", "The discount must be more than 0 and at most 100 per cent."
        if self.max_uses is not None and self.max_uses < self.uses:
            yield "max_uses", f"The coupon has been used {self.uses} times already: the limit cannot be less."
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            yield "valid_until", "The end must be later than the beginning."
        for name in ("valid_from", "valid_until"):
            value = getattr(self, name)
            if value and value.year not in YEARS:
                yield name, f"The year must be between {YEARS[0]} and {YEARS[-1]}."


class Redemption(models.Model):
    """The use of a coupon by an order. A released one stays, so that a late RedeemCoupon has no effect."""

    order_id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=REDEMPTION_STATES)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.order_id}: {self.code} {self.state}"

    @classmethod
    def begin(cls, order_id: UUID, code: str, *, now: datetime) -> Self | None:
        """Begin the redemption of an order; return None if it has one already, in any state."""
        if cls.objects.filter(order_id=order_id).exists():
            return None
        # If another transaction begins one at this moment, the insert fails, and the message is retried.
        return cls.objects.create(order_id=order_id, code=code, state=RedemptionState.REDEEMED, created_at=now)

    @classmethod
    def get_or_create_released(cls, order_id: UUID, *, now: datetime) -> Self:
        """Return the redemption of an order, locked; create a released one if it has none yet."""
        existing = cls.objects.select_for_update().filter(order_id=order_id).first()
        return existing or cls.objects.create(order_id=order_id, state=RedemptionState.RELEASED, created_at=now)

    def transition_to(self, state: RedemptionState) -> None:
        check_transition(REDEMPTION_TRANSITIONS, self.state, state)
        self.state = state
        self.save(update_fields=["state"])
