"""The demo's customers and operator, for a newcomer's machine alone: everybody knows their passwords."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID, uuid5

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from contexts.identity.db import atomic
from contexts.identity.models import User
from contexts.identity.published.dto import Customer

CUSTOMER_EMAIL = "customer@example.com"
CUSTOMER_PASSWORD = "a-basket-of-apples"  # noqa: S105 - it is printed on the screen
OPERATOR_EMAIL = "operator@example.com"
OPERATOR_PASSWORD = "a-counter-of-oak"  # noqa: S105 - as above

BATCH = 200  # customers
IDS = UUID("5a7de53c-35c1-4a4b-8f0e-0d9c4f5e2b21")

FIRST_NAMES = """
Ada Agnes Alba Anton Bea Birte Bruno Carla Cees Clara Dilan Edda Elif Emil Enno Farah Femke Finn Gita Greta Hana Hugo
Ida Imre Ines Jana Joris Juno Karim Lena Levi Linus Lotte Mara Mats Mila Nadim Noor Otto Paula Pim Rana Ravi Runa Samir
Selma Tariq Thea Ulla Vera Wim Yara Zoe
"""
LAST_NAMES = """
Abel Albers Amini Baker Bauer Bergman Berry Bloom Brandt Carver Cooper Dahl Demir Dijkstra Dorn Ebner Falk Farmer
Fischer Fox Gardner Garcia Hale Hansen Hartog Hill Holm Ibrahim Jansen Kaya Keller Klein Kramer Lane Larsen Lind Marsh
Mason Meyer Moreau Moss Nagy Novak Olsen Peters Potter Quist Reed Rossi Sawyer Schmidt Silva Smit Stone Tanner Turner
Vos Weaver Weber Winter Wolf Wood
"""
FIRST, LAST = FIRST_NAMES.split(), LAST_NAMES.split()


def seed(*, now: datetime, scale: int = 1, wrote: Callable[[int], None] = lambda rows: None) -> str:
    """
    Write the demo's customers and operator, unless they are there, and return how to sign in.

    :param scale: how many times two hundred there shall be.
    :param wrote: is told of each batch how many rows it had; none, where it was there already.
    """
    if not User.objects.filter(email=CUSTOMER_EMAIL).exclude(pk=_ids(0)[0]).exists():
        for batch in range(scale):
            wrote(0 if customers(batch) else _write(batch, now=now))
        _write_operator(now=now)
    return (
        f"Customer       {CUSTOMER_EMAIL}, password {CUSTOMER_PASSWORD}\n"
        f"  Operator       {OPERATOR_EMAIL}, password {OPERATOR_PASSWORD}, at {settings.OPERATORS_PATH}"
    )


def customers(batch: int) -> list[Customer]:
    """Return those of a batch of the demo's customers who are there, in an order that is always the same."""
    there = User.objects.in_bulk(_ids(batch))
    return [Customer(id=id_, email=there[id_].email, name=there[id_].name) for id_ in _ids(batch) if id_ in there]


def _ids(batch: int) -> list[UUID]:
    return [uuid5(IDS, f"customer {place}") for place in range(batch * BATCH, (batch + 1) * BATCH)]


def _write(batch: int, *, now: datetime) -> int:
    users = [_user(id_, place, now=now) for place, id_ in enumerate(_ids(batch), start=batch * BATCH)]
    addresses = [EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in users]
    with atomic():
        User.objects.bulk_create(users)
        EmailAddress.objects.bulk_create(addresses)
    return len(users) + len(addresses)


def _write_operator(*, now: datetime) -> None:
    with atomic():
        if not User.objects.filter(email=OPERATOR_EMAIL).exists():
            User.objects.create_superuser(OPERATOR_EMAIL, OPERATOR_PASSWORD, name="Kim Operator", created_at=now)


@cache
def _password() -> str:
    """Return the hash that all of them have, since making a good one takes its time."""
    return make_password(CUSTOMER_PASSWORD)


def _user(id_: UUID, place: int, *, now: datetime) -> User:
    since = now - timedelta(days=Random(str(id_)).randint(510, 1400))  # noqa: S311 - the same customers at every start
    email, name = CUSTOMER_EMAIL, "Robin Example"
    if place:
        first, last = FIRST[place % len(FIRST)], LAST[place * 17 % len(LAST)]
        name, email = f"{first} {last}", f"{first}.{last}.{place}@example.com".lower()
    return User(id=id_, email=email, name=name, password=_password(), created_at=since)
