"""Every table is forgotten in time, or is one of those that are meant to be kept; a new one must say which."""

from collections.abc import Callable
from typing import Any

from django.apps import apps

from building_blocks.messaging.retention import forget_finished
from contexts.basket.use_cases.forget_abandoned_baskets import forget_abandoned_baskets
from contexts.identity.use_cases.forget_expired_sessions import forget_expired_sessions
from contexts.identity.use_cases.forget_unverified_accounts import forget_unverified_accounts

FORGOTTEN: dict[str, Callable[..., Any]] = {
    "messaging.OutboxMessage": forget_finished,
    "messaging.InboxMessage": forget_finished,
    "idempotency.UsedKey": forget_finished,
    "basket.Basket": forget_abandoned_baskets,
    "basket.BasketItem": forget_abandoned_baskets,
    "sessions.Session": forget_expired_sessions,
    "identity.RefreshToken": forget_expired_sessions,
    "identity.RefreshFamily": forget_expired_sessions,
    "identity.User": forget_unverified_accounts,  # alone those never verified, which anybody can make many of
    "account.EmailAddress": forget_unverified_accounts,  # with their accounts; the others are kept as long as these
}
"""What grows with the use of the shop and is of no use after a time, and by whom it is forgotten, in batches."""

FEW = "written by provisioning or by operators, as many as the shop has of it"
BOOKS = "the shop's books: what was bought and paid, and where the goods are"
PEOPLE = "as long as there is the account"
WHO_DID_WHAT = "who changed what is to be found for good"
OF_THE_DEMO = "the books of another party, which only the demo has in the shop's database"
KEPT = {
    "auth.Permission": FEW,
    "auth.Group": FEW,
    "auth.Group_permissions": FEW,
    "contenttypes.ContentType": FEW,
    "catalog.Brand": FEW,
    "catalog.Supplier": FEW,
    "catalog.Category": FEW,
    "catalog.Product": FEW,
    "catalog.FormerSlug": FEW,
    "catalog.Picture": FEW,
    "catalog.Variant": FEW,
    "catalog.Stock": FEW,
    "basket.Coupon": FEW,
    "identity.User_groups": PEOPLE,
    "identity.User_user_permissions": PEOPLE,
    "identity.CustomerAddress": PEOPLE,
    "account.EmailConfirmation": "nobody writes it: addresses are verified by codes, which the session holds",
    "mfa.Authenticator": PEOPLE,
    "catalog.StockMovement": BOOKS,
    "catalog.Reservation": BOOKS,
    "catalog.ReservationLine": BOOKS,
    "basket.Redemption": BOOKS,
    "ordering.Order": BOOKS,
    "ordering.OrderLine": BOOKS,
    "ordering.Payment": BOOKS,
    "message_desk.Mending": WHO_DID_WHAT,
    "admin.LogEntry": WHO_DID_WHAT,
    "demo_payments.CardToken": OF_THE_DEMO,
    "demo_payments.Charge": OF_THE_DEMO,
}
"""What is kept, and why."""


def test_every_table_is_forgotten_or_kept_for_a_reason() -> None:
    tables = [model._meta.label for model in apps.get_models(include_auto_created=True)]

    assert sorted(tables) == sorted([*FORGOTTEN, *KEPT])
