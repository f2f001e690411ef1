"""A shop to test whole purchases in: variants, coupons and customers, in the tables of several contexts."""

from datetime import datetime

from django.utils import timezone

from contexts.identity.adapters.tokens import access_token
from contexts.identity.models import RefreshTokenFamily, User
from tests.basket.coupons import coupon as coupon
from tests.catalog.variants import create_variant as create_variant
from tests.client import ADDRESS as ADDRESS
from tests.client import GOOD_CARD as GOOD_CARD
from tests.client import Shopper as Shopper
from tests.clock import NOW as NOW


def customer(email: str = "robin@example.com", *, signed_in_at: datetime | None = None) -> Shopper:
    """Return a shopper who is signed in to the account of this address; the account is created unless it exists."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    return Shopper(access_token=access_token(user, RefreshTokenFamily(), now=signed_in_at or timezone.now()))
