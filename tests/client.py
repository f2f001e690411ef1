"""A shopper as a client of the API, and values that an order needs; nothing here uses a table."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from contexts.identity.adapters.tokens import access_token
from contexts.identity.models import RefreshTokenFamily, User

GOOD_CARD = "4242424242424242"
ADDRESS = {
    "name": "Ada Example",
    "line1": "Market Street 1",
    "postal_code": "1011 AB",
    "city": "Amsterdam",
    "country": "NL",
}


class Shopper:
    """
    A client of the shop's API, which remembers the basket's token.

    :param access_token: of a customer; without one the shopper is anonymous.
    """

    def __init__(self, *, access_token: str | None = None) -> None:
        self.client = Client(raise_request_exception=False)
        self.token: str | None = None
        self.access_token = access_token

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.client.get(path, headers=self._headers(), **kwargs)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        send = getattr(self.client, method)
        return send(path, json.dumps(body), content_type="application/json", headers=self._headers() | headers)

    def add(self, sku: str, quantity: int = 1) -> dict[str, Any]:
        """Put something into the basket, and return the basket."""
        response = self.send("post", "/api/v1/basket/items", {"sku": sku, "quantity": quantity})
        assert response.status_code == 200, response.json()
        basket: dict[str, Any] = response.json()
        self.token = basket["token"] or self.token
        return basket

    def card(self, number: str = GOOD_CARD) -> str:
        """Return the payment provider's token of a card."""
        card = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        response = self.send("post", "/demo-payments/tokens", card)
        assert response.status_code == 201, response.json()
        return str(response.json()["token"])

    def order(
        self,
        *,
        key: str | None = None,
        card: str = GOOD_CARD,
        headers: dict[str, str] | None = None,
        **body: Any,
    ) -> Any:
        """Buy what is in the basket."""
        fields = {
            "delivery_address": ADDRESS,
            "payment_token": body.pop("payment_token", None) or self.card(card),
            "email": "ada@example.com",
        }
        all_headers = {"Idempotency-Key": key or str(uuid4())} | (headers or {})
        return self.send("post", "/api/v1/orders", fields | body, **all_headers)

    def _headers(self) -> dict[str, str]:
        headers = {}
        if self.token:
            headers["X-Basket-Token"] = self.token
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        return headers


def signed_in(customer_id: UUID) -> Shopper:
    """Return a signed-in customer, with an access token of identity's but no row in its tables."""
    return Shopper(access_token=access_token(User(id=customer_id), RefreshTokenFamily(), now=timezone.now()))
