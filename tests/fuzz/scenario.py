"""The shop for fuzzing: its clients, and existing objects for requests to refer to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction

from contexts.identity.models import User
from tests.shop import Shopper, coupon, create_variant

SIGN_IN = "/api/v1/identity/app/v1/auth/login"
CREDENTIALS = {"email": "robin@example.com", "password": "a-basket-of-apples"}


@dataclass(frozen=True)
class Scenario:
    """
    :param headers: the credentials of each client, by its name.
    :param known: existing values, by the names of parameters and fields of the API.
    """

    headers: dict[str, dict[str, str]]
    known: dict[str, str]


def build_scenario(drain: Callable[[], None]) -> Scenario:
    """Fill the shop: a customer has a confirmed order and a basket, and a guest has a basket."""
    create_variant("MUG", on_hand=1000)
    coupon("TENTH", max_uses=1000)
    customer, tokens = _signed_in()
    customer.add("MUG")
    number = customer.order().json()["number"]
    drain()
    customer.add("MUG", 2)
    guest = Shopper()
    guest.add("MUG", 3)
    return Scenario(
        headers={
            "anonymous": {},
            "guest": {"X-Basket-Token": str(guest.token)},
            "customer": {"Authorization": f"Bearer {customer.access_token}"},
        },
        known={
            "slug": "mug",
            "sku": "MUG",
            "code": "TENTH",
            "number": number,
            "token": str(guest.token),
            "payment_token": guest.card(),
            "refresh_token": tokens["refresh_token"],
            **CREDENTIALS,
        },
    )


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo the changes of the block on every database, so that each request finds the same shop."""
    cache.clear()  # no request may be refused by a rate limit
    with ExitStack() as stack:
        for signal in (request_started, request_finished):  # otherwise each request closes the connections
            signal.disconnect(close_old_connections)
            stack.callback(signal.connect, close_old_connections)
        for alias in settings.DATABASES:
            block = transaction.atomic(using=alias)
            block._from_testcase = True  # type: ignore[attr-defined]  # as around a test: the shop's checks for transactions ignore it
            stack.enter_context(block)
            stack.callback(transaction.set_rollback, True, using=alias)
        yield


def _signed_in() -> tuple[Shopper, dict[str, str]]:
    user = User.objects.create_user(**CREDENTIALS)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    tokens: dict[str, str] = Shopper().send("post", SIGN_IN, CREDENTIALS).json()["meta"]
    return Shopper(access_token=tokens["access_token"]), tokens
