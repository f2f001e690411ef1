"""The e-mails that ordering sends."""

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from contexts.ordering.models import Order


def send_confirmation(order: Order) -> None:
    """
    Send the confirmation of an order, as text and HTML.

    Its Message-ID is the same at every try, so that a mailbox shows a repeated one once.
    """
    context = {"order": order, "lines": list(order.lines.all()), "shop": settings.SHOP_NAME}
    message = EmailMultiAlternatives(
        subject=f"{settings.SHOP_NAME}: your order {order.number}",
        body=render_to_string("ordering/confirmation.txt", context),
        to=[order.email],
        headers={"Message-ID": f"<confirmation.{order.pk}@{_domain()}>"},
    )
    message.attach_alternative(render_to_string("ordering/confirmation.html", context), "text/html")
    message.send()


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
