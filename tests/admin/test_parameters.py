"""Parameters in the address of a list or an action: what is not offered is refused, and nothing is an error."""

from typing import Any
from urllib.parse import urlencode

import pytest

from contexts.ordering.models import Order
from tests.admin.operators import operator_client, shown_messages
from tests.shop import create_variant

pytestmark = pytest.mark.django_db(databases="__all__")

PRODUCTS = "/admin/catalog/product/"


@pytest.mark.parametrize(
    ("page", "lookup"),
    [
        ("identity/user/", "password__startswith"),
        ("identity/user/", "name__startswith"),
        ("identity/user/", "is_superuser__exact"),
        ("ordering/order/", "customer_id"),
        ("ordering/order/", "payments__token__startswith"),
        ("ordering/order/", "payments__state__gt"),
        ("catalog/product/", "slug__regex"),
        ("catalog/product/", "brand__name"),
        ("catalog/product/", "no_such_field"),
        ("admin/logentry/", "user__password__startswith"),
        ("message_console/orderinginbox/", "data__email"),
    ],
)
def test_a_list_refuses_a_filter_that_it_does_not_offer(page: str, lookup: str) -> None:
    assert operator_client().get(f"/admin/{page}", {lookup: "a"}).status_code == 400


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("ordering/order/", "status__exact=confirmed"),
        ("ordering/order/", "payments__state__exact=refunding"),
        ("ordering/order/", "placed_at_since=7"),
        ("catalog/product/", "brand__slug__exact=acme"),
        ("catalog/product/", "on_sale__exact=1"),
        ("catalog/stock/", "availability=few"),
        ("identity/user/", "is_staff__exact=1"),
        ("admin/logentry/", "change=4"),
        ("message_console/orderinginbox/", "type=catalog"),
    ],
)
def test_a_list_accepts_a_filter_that_it_offers(page: str, query: str) -> None:
    assert operator_client().get(f"/admin/{page}?{query}").status_code == 200


@pytest.mark.parametrize("days", ["9" * 5000, "8", "²", "-7", ""])
def test_a_filter_ignores_an_unknown_value(days: str) -> None:
    shown = operator_client().get("/admin/ordering/order/?" + urlencode({"placed_at_since": days}))

    assert list(shown.context["cl"].result_list) == list(Order.objects.all())


@pytest.mark.parametrize(
    "query", ["p=" + "9" * 30, "p=" + "9" * 5000, "p=-1", "o=" + "9" * 30, "o=..", "_to_field=password", "_facets=1"]
)
def test_an_unknown_page_or_sorting_is_no_error(query: str) -> None:
    assert operator_client().get(f"{PRODUCTS}?{query}").status_code in (200, 302, 400)


@pytest.mark.parametrize("words", ["a" * 101, "a " * 5000])
def test_a_search_has_at_most_100_characters(words: str) -> None:
    create_variant("MUG")

    shown = operator_client().get(PRODUCTS, {"q": words})

    assert shown_messages(shown) == ["Search for at most 100 characters."]
    assert list(shown.context["cl"].result_list) == []


@pytest.mark.parametrize("key", ["none", "9" * 5000, "\u202e", "[]"])
@pytest.mark.parametrize(
    "action", ["message_console/orderinginbox/{}/replay_message/", "message_console/orderinginbox/{}/park_message/",
               "ordering/order/{}/ship_this/", "identity/user/{}/remove_second_factor/"],
)  # fmt: skip
def test_an_action_on_an_invalid_key_is_not_found(action: str, key: str) -> None:
    sent: dict[str, Any] = {"_form_submitted": "on", "why": "by hand"}

    assert operator_client().post(f"/admin/{action.format(key)}", sent).status_code == 404
