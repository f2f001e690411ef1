"""Every table is forgotten in time, or is one of those that are meant to be kept; a new one must say which."""

from collections.abc import Callable
from typing import Any

from django.apps import apps

from contexts.basket.use_cases.forget_abandoned_baskets import forget_abandoned_baskets
from contexts.identity.use_cases.forget_expired_sessions import forget_expired_sessions
from contexts.identity.use_cases.forget_unverified_accounts import forget_unverified_accounts
from messaging.retention import delete_finished
from web_api.idempotency.retention import delete_used_keys

DELETED_BY: dict[str, Callable[..., Any]] = {
    "messaging.OutboxMessage": delete_finished,
    "messaging.InboxMessage": delete_finished,
    "idempotency.UsedKey": delete_used_keys,
    "basket.Basket": forget_abandoned_baskets,
    "basket.BasketItem": forget_abandoned_baskets,
    "sessions.Session": forget_expired_sessions,
    "identity.RefreshToken": forget_expired_sessions,
    "identity.RefreshFamily": forget_expired_sessions,
    "identity.User": forget_unverified_accounts,  # alone those never verified, which anybody can make many of
    "account.EmailAddress": forget_unverified_accounts,  # with their accounts; the others are kept as long as these
}
"""What grows with the use of the shop and is of no use after a time, and by whom it is forgotten, in batches."""

REFERENCE_DATA = "written by provisioning or by operators, as many as the shop has of it"
RECORDS = "the shop's books: what was bought and paid, and where the goods are"
ACCOUNT_DATA = "as long as there is the account"
AUDIT_TRAIL = "who changed what is to be found for good"
DEMO_PROVIDER = "the books of another party, which only the demo has in the shop's database"
KEPT_FOREVER = {
    "auth.Permission": REFERENCE_DATA,
    "auth.Group": REFERENCE_DATA,
    "auth.Group_permissions": REFERENCE_DATA,
    "contenttypes.ContentType": REFERENCE_DATA,
    "catalog.Brand": REFERENCE_DATA,
    "catalog.Supplier": REFERENCE_DATA,
    "catalog.Category": REFERENCE_DATA,
    "catalog.Product": REFERENCE_DATA,
    "catalog.FormerSlug": REFERENCE_DATA,
    "catalog.Picture": REFERENCE_DATA,
    "catalog.Variant": REFERENCE_DATA,
    "catalog.Stock": REFERENCE_DATA,
    "basket.Coupon": REFERENCE_DATA,
    "identity.User_groups": ACCOUNT_DATA,
    "identity.User_user_permissions": ACCOUNT_DATA,
    "identity.CustomerAddress": ACCOUNT_DATA,
    "account.EmailConfirmation": "nobody writes it: addresses are verified by codes, which the session holds",
    "mfa.Authenticator": ACCOUNT_DATA,
    "catalog.StockMovement": RECORDS,
    "catalog.Reservation": RECORDS,
    "catalog.ReservationLine": RECORDS,
    "basket.Redemption": RECORDS,
    "ordering.Order": RECORDS,
    "ordering.OrderLine": RECORDS,
    "ordering.Payment": RECORDS,
    "message_console.Intervention": AUDIT_TRAIL,
    "admin.LogEntry": AUDIT_TRAIL,
    "demo_payments.CardToken": DEMO_PROVIDER,
    "demo_payments.Charge": DEMO_PROVIDER,
}
"""What is kept, and why."""


def test_every_table_is_deleted_from_or_kept_for_a_reason() -> None:
    tables = [model._meta.label for model in apps.get_models(include_auto_created=True)]

    assert sorted(tables) == sorted([*DELETED_BY, *KEPT_FOREVER])
