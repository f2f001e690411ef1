"""The demo's customer, for a newcomer's machine alone: the password is known to everybody."""

from datetime import datetime

from allauth.account.models import EmailAddress

from contexts.identity.db import atomic
from contexts.identity.models import User

CUSTOMER_EMAIL = "customer@example.com"
CUSTOMER_PASSWORD = "a-basket-of-apples"  # noqa: S105 - it is printed on the screen


def seed(*, now: datetime) -> str:
    """Create the demo's customer, unless they are there, and return how to sign in as them."""
    with atomic():
        if not User.objects.filter(email=CUSTOMER_EMAIL).exists():
            user = User.objects.create_user(CUSTOMER_EMAIL, CUSTOMER_PASSWORD, name="Robin Example", created_at=now)
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return f"Customer       {CUSTOMER_EMAIL}, password {CUSTOMER_PASSWORD}"
