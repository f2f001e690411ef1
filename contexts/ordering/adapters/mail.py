"""The e-mails about orders: each kind has two templates in `templates/ordering/`."""

from email.utils import parseaddr
from typing import Literal

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from contexts.ordering.models import Order

Kind = Literal["confirmation", "shipment", "cancellation", "refund"]

SUBJECTS: dict[Kind, str] = {
    "confirmation": "your order {number}",
    "shipment": "your order {number} is on its way",
    "cancellation": "your order {number} is cancelled",
    "refund": "your order {number} is refunded",
}


def send(kind: Kind, order: Order) -> None:
    """
    Send an e-mail about an order, as text and HTML.

    The Message-ID is the same at every attempt, so that a mailbox shows a repeated e-mail once.
    """
    context = {"order": order, "lines": list(order.lines.all()), "shop": settings.SHOP_NAME}
    message = EmailMultiAlternatives(
        subject=f"{settings.SHOP_NAME}: {SUBJECTS[kind].format(number=order.number)}",
        body=render_to_string(f"ordering/{kind}.txt", context),
        to=[order.email],
        headers={"Message-ID": f"<{kind}.{order.pk}@{_domain()}>"},
    )
    message.attach_alternative(render_to_string(f"ordering/{kind}.html", context), "text/html")
    message.send()


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
