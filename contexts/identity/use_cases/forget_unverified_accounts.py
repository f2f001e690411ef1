"""Delete the accounts whose address nobody has ever verified."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef

from building_blocks.databases.deleting import delete_batch, may_be_more
from contexts.identity.db import atomic
from contexts.identity.models import User

UNVERIFIED_RETENTION = timedelta(days=30)
"""Far longer than a code is good for: what is deleted is no sign-up that its owner is still about to finish."""


def forget_unverified_accounts(*, now: datetime) -> bool:
    """
    Delete a batch of the customers' accounts without a verified address, made more than `UNVERIFIED_RETENTION` ago.

    Nobody has signed in to one, so nothing belongs to it, and its owner may sign up again. Until an address is
    verified, the account has no password: that is checked under the lock of its row, as both change together.

    :return: whether there may be more.
    """
    verified_addresses = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    never_signed_in = User.objects.filter(last_login=None, is_staff=False, is_superuser=False)
    without_password = never_signed_in.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    with atomic():
        deleted = delete_batch(
            without_password.filter(~Exists(verified_addresses), created_at__lt=now - UNVERIFIED_RETENTION)
        )
    return may_be_more(deleted)
