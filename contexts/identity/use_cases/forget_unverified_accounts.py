"""Delete the accounts whose address nobody has ever verified."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef

from building_blocks.databases.forgetting import forget_some, may_be_more
from contexts.identity.db import atomic
from contexts.identity.models import User

KEPT = timedelta(days=30)
"""Far longer than a code is good for: what is forgotten is no sign-up that its owner is still about to finish."""


def forget_unverified_accounts(*, now: datetime) -> bool:
    """
    Delete a batch of the customers' accounts without a verified address, made more than `KEPT` ago.

    Nobody has signed in to one, so nothing belongs to it, and its owner may sign up again. Until an address is
    verified, the account has no password: that is checked under the lock of its row, as both change together.

    :return: whether there may be more.
    """
    verified = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    never_signed_in = User.objects.filter(last_login=None, is_staff=False, is_superuser=False)
    has_no_password = never_signed_in.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    with atomic():
        forgotten = forget_some(has_no_password.filter(~Exists(verified), created_at__lt=now - KEPT))
    return may_be_more(forgotten)
