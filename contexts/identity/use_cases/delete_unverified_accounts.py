"""Delete accounts whose address was never verified."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef

from building_blocks.databases.deleting import delete_batch, may_be_more
from contexts.identity.db import atomic
from contexts.identity.models import User

UNVERIFIED_RETENTION = timedelta(days=30)
"""Far longer than a code is valid, so no sign-up that its owner may still finish is deleted."""


def delete_unverified_accounts(*, now: datetime) -> bool:
    """
    Delete a batch of customers' accounts without a verified address, created more than `UNVERIFIED_RETENTION` ago.

    No one has signed in to such an account, so nothing belongs to it, and its owner may sign up again. An account has
    no password until its address is verified. Both change in one transaction, so the check of the password under the
    lock of the account's row is enough.

    :return: whether there may be more to delete.
    """
    verified_addresses = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    never_signed_in = User.objects.filter(last_login=None, is_staff=False, is_superuser=False)
    without_password = never_signed_in.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    with atomic():
        deleted = delete_batch(
            without_password.filter(~Exists(verified_addresses), created_at__lt=now - UNVERIFIED_RETENTION)
        )
    return may_be_more(deleted)
