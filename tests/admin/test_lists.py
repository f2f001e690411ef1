"""A list makes fewer than eight queries, however long it is."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from contexts.basket.models import Coupon
from contexts.catalog.models import Reservation, ReservationLine
from contexts.identity.models import User
from contexts.ordering.models import Order, OrderLine, Payment
from messaging.models import InboxMessage, OutboxMessage
from tests.admin.operators import captured_queries, operator_client
from tests.shop import ADDRESS, NOW, coupon, create_variant

pytestmark = pytest.mark.django_db(databases="__all__")

MAX_QUERIES = 7
LISTS = [
    "catalog/product/",
    "catalog/stock/",
    "catalog/reservation/",
    "catalog/brand/",
    "catalog/category/",
    "catalog/supplier/",
    "basket/coupon/",
    "ordering/order/",
    "identity/user/",
    "admin/logentry/",
    "message_console/orderingoutbox/",
    "message_console/cataloginbox/",
]


def test_a_long_list_makes_as_many_queries_as_a_short_one() -> None:
    browser = operator_client("Administrator")
    fill(1)
    short = {page: queries(browser, page) for page in LISTS}
    fill(12)
    long = {page: queries(browser, page) for page in LISTS}

    assert long == short
    assert {page: count for page, count in long.items() if count > MAX_QUERIES} == {}


def test_an_order_with_many_lines_makes_as_many_queries_as_one_with_few() -> None:
    browser = operator_client("Administrator")
    fill(1)
    order = Order.objects.get()
    page = f"ordering/order/{order.pk}/change/"
    short = queries(browser, page)
    lines = [OrderLine(order=order, position=n, sku=f"S{n}", name="Mug", quantity=1, **PRICES) for n in range(1, 20)]
    OrderLine.objects.bulk_create(lines)

    assert queries(browser, page) == short


PRICES = {"unit_price": 1, "line_total": 1, "discount": 0, "tax": 0}
AMOUNTS = {"subtotal": 1, "discount": 0, "shipping": 0, "tax": 0, "total": 1}


def queries(browser: object, page: str) -> int:
    with captured_queries() as captured:
        answer = browser.get(f"/admin/{page}")  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return len(captured)


def fill(count: int) -> None:
    """Add this number of rows of each kind to the shop."""
    before = User.objects.count()
    kim = User.objects.get(email="kim@example.com")
    orders = ContentType.objects.get_for_model(Order)
    for number in range(before, before + count):
        create_variant(
            f"SKU-{number}", brand=f"brand{number}", category=f"category{number}", supplier=f"supplier{number}"
        )
        reservation = Reservation.objects.create(order_id=uuid4(), state="reserved", created_at=NOW)
        ReservationLine.objects.create(reservation=reservation, sku=f"SKU-{number}", quantity=1)
        coupon(f"C{number}")
        User.objects.create_user(f"user{number}@example.com")
        place(number)
        LogEntry.objects.create(
            user=kim, content_type=orders, object_id="1", object_repr="MH", action_flag=CHANGE, change_message="x"
        )
        for queue, alias in ((OutboxMessage, "ordering"), (InboxMessage, "catalog")):
            received = {"handler": "h", "received_at": NOW} if queue is InboxMessage else {}
            stored = {"type": "t.t.v1", "source": "s", "subject": "s", "data": {}, "available_at": NOW, **received}
            queue.objects.using(alias).create(message_id=uuid4(), occurred_at=NOW, **stored)
    assert Coupon.objects.count() >= count
    assert settings.CONTEXTS


def place(number: int) -> None:
    order = Order.objects.create(
        number=f"MH-{number}",
        email="ada@example.com",
        basket_id=uuid4(),
        basket_version=1,
        shipping_method="standard",
        delivery_address=ADDRESS | {"line2": "", "region": "", "phone": ""},
        currency="EUR",
        placed_at=NOW + timedelta(minutes=number),
        deadline_at=NOW,
        **AMOUNTS,
    )
    OrderLine.objects.create(order=order, position=0, sku="S", name="Mug", quantity=1, **PRICES)
    Payment.objects.create(order=order, token="t", amount=1, changed_at=NOW)


def test_a_list_has_the_name_of_its_rows_as_title() -> None:
    browser = operator_client("Administrator")

    for page, title in [("ordering/order/", "Orders"), ("admin/logentry/", "Who changed what")]:
        assert f"{title} | Markethall" in browser.get(f"/admin/{page}").content.decode()


def test_an_empty_list_says_whether_it_is_filtered() -> None:
    browser = operator_client("Administrator")

    assert "There are no reservations." in browser.get("/admin/catalog/reservation/").content.decode()
    for query in ("q=nothing", "state__exact=released"):
        page_text = browser.get(f"/admin/catalog/reservation/?{query}").content.decode()
        assert "No reservations match your search." in page_text
