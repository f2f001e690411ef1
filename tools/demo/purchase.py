"""A purchase as a line for the shell: basket, card and order with curl and sed only."""

import json
from typing import Any

ITEM = {"sku": "MUG-RED", "quantity": 1}
CARD = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
ORDER = {
    "email": "you@example.com",
    "delivery_address": {
        "name": "Robin Example",
        "line1": "1 Market Street",
        "line2": "",
        "postal_code": "10115",
        "city": "Berlin",
        "region": "",
        "country": "DE",
        "phone": "+49 30 1234567",
    },
    "delivery_note": "Leave it with the neighbour",
    "shipping_method": "standard",
    "payment_token": "'$CARD'",  # leaves the quotes, so that the shell fills it in
}
HEADERS = """-H "X-Basket-Token: $BASKET" -H "Idempotency-Key: try-$(date +%s)" -H 'Prefer: wait=10'"""


def shell_command(shop: str) -> str:
    """Return one line for sh, bash or zsh that buys something at `shop`, a URL without a slash at its end."""
    commands = [
        f"SHOP={shop}",
        "post() { curl -sS -H 'Content-Type: application/json' \"$@\"; }",
        """token() { sed -n 's/.*"token": *"\\([^"]*\\)".*/\\1/p'; }""",
        f"BASKET=$(post $SHOP/api/v1/basket/items -d {_quoted(ITEM)} | token)",
        f"CARD=$(post $SHOP/demo-payments/tokens -d {_quoted(CARD)} | token)",
        f"post $SHOP/api/v1/orders {HEADERS} -d {_quoted(ORDER)}",
    ]
    return f"({'; '.join(commands)}; echo)"


def _quoted(body: dict[str, Any]) -> str:
    return f"'{json.dumps(body, separators=(',', ':'))}'"
