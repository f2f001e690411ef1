"""Orders over HTTP: placing and reading them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from contexts.ordering.adapters.demo_payments import DemoPayments
from contexts.ordering.models import Order
from tests.client import ADDRESS, Shopper
from tests.ordering.neighbours import Buyer
from tests.tables import contents
from web_api.idempotency.models import UsedKey

pytestmark = [pytest.mark.django_db(databases=["ordering", "demo_payments"]), pytest.mark.usefixtures("neighbours")]

ORDERS = "/api/v1/orders"

Drain = Callable[[], None]


def buyer_with(*skus: str, email: str = "") -> Buyer:
    """Return a buyer with one of each in the basket: a guest, unless there is an e-mail address."""
    buyer = Buyer(email)
    buyer.put(*skus)
    return buyer


def placed(buyer: Shopper, **order: Any) -> dict[str, Any]:
    response = buyer.order(**order)
    assert response.status_code == 202, response.json()
    body: dict[str, Any] = response.json()
    return body


def refusal(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


class TestReading:
    def test_is_for_anyone_with_the_baskets_token(self, drain: Drain) -> None:
        guest = buyer_with("MUG")
        response = guest.order()
        drain()
        guest.put("SPOON")  # the basket is used again; its token still gives access to the order

        order = guest.get(response.headers["Location"]).json()

        assert (order["number"], order["status"]) == (response.json()["number"], "confirmed")

    def test_is_for_the_customer_on_any_device(self) -> None:
        number = placed(buyer_with("MUG", email="robin@example.com"))["number"]

        assert Buyer("robin@example.com").get(f"{ORDERS}/{number}").json()["number"] == number

    @pytest.mark.parametrize("typed", [str.lower, lambda number: number.replace("-", "")])
    def test_finds_an_order_by_its_number_in_lower_case_and_without_dashes(self, typed: Callable[[str], str]) -> None:
        buyer = buyer_with("MUG")
        number = placed(buyer)["number"]

        assert buyer.get(f"{ORDERS}/{typed(number)}").json()["number"] == number

    def test_is_for_no_one_else(self) -> None:
        number = placed(buyer_with("MUG"))["number"]
        robins = placed(buyer_with("MUG", email="robin@example.com"))["number"]
        others = [Shopper(), buyer_with("SPOON"), Buyer("kim@example.com")]

        answers = [other.get(f"{ORDERS}/{hers}") for other in others for hers in (number, robins)]

        assert [refusal(answer) for answer in answers] == [(404, "not_found")] * 6

    def test_lists_the_customers_orders_page_by_page_the_newest_first(self) -> None:
        robin = Buyer("robin@example.com")
        numbers = [placed(buyer_with("MUG", email="robin@example.com"))["number"] for _ in range(3)]
        placed(buyer_with("MUG", email="kim@example.com"))

        first = robin.get(f"{ORDERS}?page_size=2").json()
        second = robin.get(first["next"]).json()

        assert [order["number"] for order in first["results"] + second["results"]] == numbers[::-1]
        assert (first["count"], first["previous"], second["next"]) == (3, None, None)
        assert refusal(Shopper().get(ORDERS)) == (401, "not_authenticated")


class TestExpectations:
    def test_allow_the_order_if_they_are_met(self) -> None:
        buyer = Buyer()
        basket = buyer.put("MUG")

        placed(buyer, basket_version=basket.version, expected_total=str(basket.total.amount))

    def test_refuse_the_order_and_name_the_change_if_they_are_not_met(self) -> None:
        buyer = buyer_with("MUG", "SPOON")
        buyer.reprice("SPOON", "4.00")
        before = contents("ordering")

        stale = buyer.order(payment_token="tok", basket_version=1)
        dearer = buyer.order(payment_token="tok", expected_total="16.30")

        assert refusal(stale) == refusal(dearer) == (409, "basket_changed")
        assert (stale.json()["expected_version"], stale.json()["basket_version"]) == (1, 2)
        assert (dearer.json()["expected_total"], dearer.json()["total"]) == ("16.30", "16.95")
        assert contents("ordering") == before


class TestDelivery:
    def test_address_and_note_are_stored_and_confirmed_by_email(self, drain: Drain) -> None:
        buyer = buyer_with("MUG", email="ada@example.com")
        address = ADDRESS | {"line2": "Back door", "region": "Noord-Holland", "phone": "+31 20 1234567"}
        note = "Ring twice; <b>mind the dog</b> & the cat"

        order = placed(buyer, delivery_address=address, delivery_note=note)
        drain()

        assert (order["delivery_address"], order["delivery_note"]) == (address, note)
        (message,) = mail.outbox
        assert isinstance(message, mail.EmailMultiAlternatives)
        text, html = str(message.body), str(message.alternatives[0][0])
        assert message.to == ["ada@example.com"]
        assert all(line in text for line in ["Back door", "1011 AB Amsterdam, Noord-Holland", note])
        assert all(line in html for line in ["Back door", "1011 AB Amsterdam, Noord-Holland"])
        assert "&lt;b&gt;mind the dog&lt;/b&gt; &amp; the cat" in html
        assert all(order["number"] in part and "12.95 EUR" in part for part in (text, html))

    def test_note_of_several_lines_has_them_in_both_parts_of_the_email(self, drain: Drain) -> None:
        buyer = buyer_with("MUG", email="ada@example.com")
        placed(buyer, delivery_note="Ring twice\n<b>Back</b> door")
        drain()

        (message,) = mail.outbox
        assert isinstance(message, mail.EmailMultiAlternatives)
        assert "Ring twice\n<b>Back</b> door" in str(message.body)
        assert "Ring twice<br>&lt;b&gt;Back&lt;/b&gt; door" in str(message.alternatives[0][0])


class TestEmail:
    def test_is_required_of_a_guest(self) -> None:
        buyer = buyer_with("MUG")
        before = contents("ordering")

        assert refusal(buyer.order(payment_token="tok", email="")) == (422, "email_missing")
        assert contents("ordering") == before

    def test_goes_to_the_customers_own_address_unless_another_is_given(self, drain: Drain) -> None:
        for given in ("", "gift@example.com"):
            placed(buyer_with("MUG", email="robin@example.com"), email=given)
            drain()

        assert [message.to for message in mail.outbox] == [["robin@example.com"], ["gift@example.com"]]


class TestIdempotencyKey:
    @pytest.mark.parametrize("key", [None, "", "x" * 256, "tab\there", "caf\xe9", "\x00"], ids=repr)
    def test_must_be_one_to_255_printable_characters(self, key: str | None) -> None:
        buyer = buyer_with("MUG")
        body = {"delivery_address": ADDRESS, "payment_token": "tok", "email": "ada@example.com"}
        headers = {} if key is None else {"Idempotency-Key": key}
        before = contents("ordering")

        refused = buyer.send("post", ORDERS, body, **headers)

        assert refusal(refused) == (400, "invalid")
        assert "Idempotency-Key" in refused.json()["detail"]
        assert contents("ordering") == before

    def test_makes_a_repeated_request_return_the_order_as_it_is_then(self, drain: Drain) -> None:
        buyer, key = buyer_with("MUG"), str(uuid4())
        token = buyer.card()
        first = buyer.order(key=key, payment_token=token)
        drain()

        again = buyer.order(key=key, payment_token=token)

        assert (first.status_code, again.status_code) == (202, 201)
        assert (again.json()["number"], again.json()["status"]) == (first.json()["number"], "confirmed")
        assert Order.objects.count() == 1

    def test_is_valid_for_one_body_only(self) -> None:
        buyer, key = buyer_with("MUG"), str(uuid4())
        placed(buyer, key=key, payment_token="tok")
        before = contents("ordering")

        other = buyer.order(key=key, payment_token="tok", delivery_note="Quick!")

        assert refusal(other) == (422, "idempotency_key_reused")
        assert contents("ordering") == before

    def test_belongs_to_one_shopper(self) -> None:
        numbers = {placed(buyer_with("MUG"), key="1", payment_token="tok")["number"] for _ in range(2)}

        assert len(numbers) == 2

    def test_of_a_customer_cannot_be_used_with_their_id_as_the_basket_token(self) -> None:
        robin, other = buyer_with("MUG", email="robin@example.com"), Shopper()
        placed(robin, key="1", payment_token="tok")
        other.token = str(Order.objects.get().customer_id)
        before = contents("ordering")

        answer = other.order(key="1", payment_token="tok")

        assert refusal(answer) == (404, "unknown_basket")
        assert contents("ordering") == before

    def test_never_shows_the_order_of_another_buyer(self) -> None:
        robin, kim = (buyer_with("MUG", email=f"{name}@example.com") for name in ("robin", "kim"))
        placed(robin, key="1", payment_token="tok")
        placed(kim, key="1", payment_token="tok")
        robins = Order.objects.get(customer_id=robin.owner)
        UsedKey.objects.using("ordering").update(result_id=robins.pk)

        assert refusal(kim.order(key="1", payment_token="tok")) == (422, "idempotency_key_reused")

    @pytest.mark.parametrize("status", ["placed", "confirmed"])
    def test_if_new_for_a_basket_that_is_ordered_already_names_that_order(self, status: str) -> None:
        buyer = buyer_with("MUG")
        number = placed(buyer)["number"]
        Order.objects.update(status=status)  # the basket has not received the event yet
        before = contents("ordering")

        again = buyer.order(payment_token="tok")

        assert refusal(again) == (409, "already_ordered")
        assert again.json()["order"] == number
        assert contents("ordering") == before


class TestNothingToPay:
    def test_is_confirmed_without_asking_the_provider(self, drain: Drain, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse_call(*_: Any, **__: Any) -> None:
            raise AssertionError("the provider was asked")

        for call in ("authorise", "capture", "void"):
            monkeypatch.setattr(DemoPayments, call, refuse_call)
        buyer = buyer_with("GIFT")

        number = placed(buyer, payment_token="none")["number"]
        drain()

        order = buyer.get(f"{ORDERS}/{number}").json()
        assert (order["status"], order["total"]["amount"], order["tax"]["amount"]) == ("confirmed", "0.00", "0.00")
        assert len(mail.outbox) == 1
