"""What tests need again and again: something to sell, and a shopper who talks to the API."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from contexts.basket.models import Coupon
from contexts.catalog.db import atomic
from contexts.catalog.models import Brand, Category, Product, Stock, Supplier, Variant
from contexts.identity.adapters.tokens import access_token
from contexts.identity.models import RefreshFamily, User

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
GOOD_CARD = "4242424242424242"
ADDRESS = {
    "name": "Ada Example",
    "line1": "Market Street 1",
    "postal_code": "1011 AB",
    "city": "Amsterdam",
    "country": "NL",
}


def create_variant(
    sku: str,
    *,
    price: str = "10.00",
    on_hand: int = 10,
    brand: str = "acme",
    category: str = "things",
    supplier: str = "depot",
) -> Variant:
    """Put a product of one variant on sale."""
    with atomic():
        return _create_variant(sku, price, on_hand, brand, category, supplier)


def _create_variant(sku: str, price: str, on_hand: int, brand: str, category: str, supplier: str) -> Variant:
    Brand.objects.get_or_create(slug=brand, defaults={"name": brand.title()})
    Category.objects.get_or_create(slug=category, defaults={"name": category.title(), "path": f"/{category}/"})
    Supplier.objects.get_or_create(slug=supplier, defaults={"name": supplier.title()})
    product = Product.objects.create(
        slug=sku.lower(), name=sku.title(), brand_id=brand, category_id=category, supplier_id=supplier
    )
    variant = Variant.objects.create(sku=sku, product=product, price=Decimal(price))
    Stock.objects.create(variant=variant, on_hand=on_hand)
    return variant


def coupon(
    code: str = "TENTH", *, percent_off: int = 10, max_uses: int = 100, valid_until: datetime | None = None
) -> Coupon:
    return Coupon.objects.create(
        code=code,
        percent_off=percent_off,
        max_uses=max_uses,
        valid_from=NOW - timedelta(days=1000),
        valid_until=valid_until,
    )


class Shopper:
    """Somebody before the shop's API: remembers the basket's token, or signs in with an access token."""

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
        """Let the payment provider turn a card into a token."""
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


def customer(email: str = "robin@example.com", *, signed_in_at: datetime | None = None) -> Shopper:
    """Let somebody with an account stand before the shop, signed in; on another device, if they do already."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    return Shopper(access_token=access_token(user, RefreshFamily(), now=signed_in_at or timezone.now()))
