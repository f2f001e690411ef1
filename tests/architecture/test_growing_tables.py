"""Old rows of every table are deleted, or the table is listed with the reason why its rows stay."""

from collections.abc import Callable
from typing import Any

from django.apps import apps

from contexts.basket.use_cases.delete_abandoned_baskets import delete_abandoned_baskets
from contexts.identity.use_cases.delete_expired_sessions import delete_expired_sessions
from contexts.identity.use_cases.delete_unverified_accounts import delete_unverified_accounts
from messaging import housekeeping
from messaging.retention import delete_finished
from web_api.idempotency.retention import delete_used_keys

DELETED_BY: dict[str, Callable[..., Any]] = {
    "messaging.OutboxMessage": delete_finished,
    "messaging.InboxMessage": delete_finished,
    "idempotency.UsedKey": delete_used_keys,
    "basket.Basket": delete_abandoned_baskets,
    "basket.BasketItem": delete_abandoned_baskets,
    "sessions.Session": delete_expired_sessions,
    "identity.RefreshToken": delete_expired_sessions,
    "identity.RefreshTokenFamily": delete_expired_sessions,
    "identity.User": delete_unverified_accounts,  # only those never verified, of which any client can create many
    "account.EmailAddress": delete_unverified_accounts,  # with their accounts
}
"""Tables that grow with use and whose old rows are not needed, with the code that deletes them in batches."""

REFERENCE_DATA = "written by provisioning or by operators; their number follows from the shop's range"
RECORDS = "accounting: purchases, payments and stock"
ACCOUNT_DATA = "as long as the account exists"
AUDIT_TRAIL = "the audit trail is kept for good"
DEMO_PROVIDER = "the payment provider's data, which only the demo has in the shop's database"
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
    "account.EmailConfirmation": "not written: addresses are verified by codes in the session",
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
"""Tables whose rows stay, with the reason."""


def test_every_table_is_deleted_from_or_kept_for_a_reason() -> None:
    tables = [model._meta.label for model in apps.get_models(include_auto_created=True)]

    assert sorted(tables) == sorted([*DELETED_BY, *KEPT_FOREVER])


def test_the_dispatcher_deletes_old_messages_and_keys() -> None:
    assert {delete_finished, delete_used_keys} <= set(housekeeping.tasks())
