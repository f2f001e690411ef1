"""The payments of an order: each is one attempt of the buyer to pay."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from building_blocks.money import Money
from building_blocks.transitions import check_transition
from contexts.ordering.domain.status import ACTIVE, PAYMENT_TRANSITIONS, PaymentState
from contexts.ordering.models.orders import Order

# Plain strings: a migration contains them, and must not need the classes of today.
PAYMENT_STATES = [(state.value, state.value) for state in PaymentState]


class Payment(models.Model):
    """
    One attempt to pay an order; its id is the idempotency key at the provider.

    :param number: counts the order's attempts from 0; only the newest may be active.
    :param token: the provider's token for the card; the shop never receives the card itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="payments", db_index=False)
    number = models.PositiveSmallIntegerField(default=0, db_default=0)
    token = models.CharField(max_length=100)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    state = models.CharField("payment state", max_length=15, choices=PAYMENT_STATES, default="waiting")
    decline_reason = models.CharField(max_length=60, blank=True)
    action_url = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        indexes = (models.Index(fields=["state"], condition=Q(state="refunding"), name="payment_refunding"),)
        constraints = (
            models.UniqueConstraint(fields=["order", "number"], name="payment_number_unique"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=[state.value for state in ACTIVE]), name="payment_one_active"
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"

    @property
    def money(self) -> Money:
        """The amount with its currency, which is the order's."""
        return Money(self.amount, self.order.currency)

    def transition_to(
        self, state: PaymentState, *, now: datetime, decline_reason: str = "", action_url: str = ""
    ) -> None:
        """
        Change the state.

        :raises InvalidTransition: the present state does not allow it.
        """
        check_transition(PAYMENT_TRANSITIONS, self.state, state)
        self.state, self.changed_at = state, now
        self.decline_reason, self.action_url = decline_reason, action_url
        self.save(update_fields=["state", "changed_at", "decline_reason", "action_url"])
