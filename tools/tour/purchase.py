"""The purchase itself, from signing in to the confirmation."""

import time
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

from tools.demo.purchase import CARD, ORDER
from tools.tour.messages import MessageLog
from tools.tour.shop import RequestFailed, Shop

CATEGORY, PRODUCT, COUPON, QUANTITY = "mugs-and-cups", "enamel-mug-350", "WELCOME10", 2
SETTLE_TIMEOUT = 20.0  # seconds until the order is settled and the confirmation written
POLL_INTERVAL = 0.05  # seconds
QUIET_PERIOD = 0.5  # seconds without news, after which no more are expected

Print = Callable[[str], None]


def buy(shop: Shop, show: Print, *, email: str, password: str, mailbox: Path) -> None:
    """
    Buy something as a customer, and print everything that happens.

    :param mailbox: the folder where the shop's e-mails arrive.
    :raises RequestFailed: the shop refuses something, or the order is not settled in time.
    """
    shop.fetch("/api/v1/catalog/categories")  # fails at once if no shop answers
    show(f"A purchase at {shop.address}, as {email}")
    show("\n1. Sign in")
    shop.sign_in(email, password)
    show("\n2. Look around")
    before = _browse(shop)
    sku = next((sku for sku, quantity in before.items() if quantity >= QUANTITY), None)
    if sku is None:
        raise RequestFailed(f"{PRODUCT} is sold out: `make reset` and `make demo` stock it again.")
    show("\n3. Fill the basket")
    _fill_basket(shop, sku)
    show("\n4. Order and pay")
    number = _order(shop)
    show("\n5. What the shop does about it (milliseconds since the order was placed)")
    log = MessageLog(number)
    order = _follow(shop, log, mailbox, show)
    show("\n6. The order")
    _show_order(order, show)
    show("\n7. The e-mail")
    _show_mail(mailbox, log.order_id(), show)
    show("\n8. The stock")
    after = _stock(shop)
    show(f"\n{sku}: {before[sku]} before, {after[sku]} after")


def _browse(shop: Shop) -> dict[str, int]:
    page = shop.request("GET", f"/api/v1/catalog/products?category={CATEGORY}&page_size=3")
    shop.print_note(f"{page['count']} products, such as {'; '.join(card['name'] for card in page['results'])}")
    return _stock(shop)


def _stock(shop: Shop) -> dict[str, int]:
    product = shop.request("GET", f"/api/v1/catalog/products/{PRODUCT}")
    available = {variant["sku"]: variant["available"] for variant in product["variants"]}
    shop.print_note(", ".join(f"{sku}: {quantity} in stock" for sku, quantity in available.items()))
    return available


def _fill_basket(shop: Shop, sku: str) -> None:
    shop.request("DELETE", "/api/v1/basket")
    shop.request("POST", "/api/v1/basket/items", {"sku": sku, "quantity": QUANTITY})
    basket = shop.request("PUT", "/api/v1/basket/coupon", {"code": COUPON})
    shop.print_note(
        f"{QUANTITY} × {basket['items'][0]['name']}, {_money(basket['discount'])} off: {_money(basket['total'])}"
    )


def _order(shop: Shop) -> str:
    quote = shop.request("POST", "/api/v1/orders/quote", {"shipping_method": "standard"})
    shop.print_note(f"{_money(quote['total'])}, {_money(quote['tax'])} of it tax")
    card = shop.request("POST", "/demo-payments/tokens", CARD)
    shop.print_note("a token for the card, which never reaches the shop")
    checkout = {name: value for name, value in ORDER.items() if name != "email"}
    checkout |= {"payment_token": card["token"], "expected_total": quote["total"]["amount"]}
    order = shop.request("POST", "/api/v1/orders", checkout, Idempotency_Key=f"tour-{uuid4()}")
    shop.print_note(f"{order['number']} is {order['status']}, {_money(order['total'])}")
    return str(order["number"])


def _follow(shop: Shop, log: MessageLog, mailbox: Path, show: Print) -> Any:
    """Print what happens until the order is settled and no further message arrives, and return the order."""
    began: datetime | None = None
    end, last_entry_at = time.monotonic() + SETTLE_TIMEOUT, time.monotonic()
    while time.monotonic() < end:
        for at, what in log.new_entries():
            began, last_entry_at = began or at, time.monotonic()
            show(f"  {(at - began).total_seconds() * 1000:6.0f}  {what}")
        order = shop.fetch(f"/api/v1/orders/{log.number}")
        notified = order["status"] == "cancelled" or _mails(mailbox, log.order_id())
        if order["status"] != "placed" and notified and time.monotonic() > last_entry_at + QUIET_PERIOD:
            return order
        time.sleep(POLL_INTERVAL)
    raise RequestFailed(f"{log.number} is not settled after {SETTLE_TIMEOUT:.0f} s: see `manage.py events status`.")


def _show_order(order: Any, show: Print) -> None:
    reason = f" ({order['reason']})" if order["reason"] else ""
    show(f"  {order['number']} is {order['status']}{reason}, its payment {order['payment']['status']}")
    for line in order["lines"]:
        show(f"  {line['quantity']} × {line['name']}, {line['sku']}: {_money(line['line_total'])}")
    show(f"  less {_money(order['discount'])} by {order['coupon']}, shipping {_money(order['shipping'])}")
    show(f"  total {_money(order['total'])}, of which {_money(order['tax'])} tax")


def _mails(mailbox: Path, order_id: str) -> list[Path]:
    return list(mailbox.glob(f"*{order_id}*.eml")) if order_id else []


def _show_mail(mailbox: Path, order_id: str, show: Print) -> None:
    for path in _mails(mailbox, order_id):
        mail = message_from_bytes(path.read_bytes(), EmailMessage, policy=policy.default)
        body = mail.get_body(("plain",))
        show(f"  To: {mail['To']}\n  Subject: {mail['Subject']}\n")
        for line in str(body.get_content() if body else "").strip().splitlines():
            show(f"  │ {line}".rstrip())


def _money(money: dict[str, str]) -> str:
    return f"{money['amount']} {money['currency']}"
