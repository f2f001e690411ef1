"""The demo's customers with their addresses, and its operator; their passwords are public."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID, uuid5

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from building_blocks.address import Address
from contexts.identity.db import atomic
from contexts.identity.models import CustomerAddress, User
from contexts.identity.published.dto import Customer

CUSTOMER_EMAIL = "customer@example.com"
CUSTOMER_PASSWORD = "a-basket-of-apples"  # noqa: S105 - it is printed on the screen
OPERATOR_EMAIL = "operator@example.com"
OPERATOR_PASSWORD = "a-counter-of-oak"  # noqa: S105 - as above

BATCH = 200  # customers
ID_NAMESPACE = UUID("5a7de53c-35c1-4a4b-8f0e-0d9c4f5e2b21")

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
STREETS = ("Market Street", "Mill Lane", "Harbour Road", "Station Street", "Orchard Way", "Bridge Street", "Hill Road")
CITIES = (
    ("10115", "Berlin", "DE"),
    ("20095", "Hamburg", "DE"),
    ("1011 AB", "Amsterdam", "NL"),
    ("3011 AD", "Rotterdam", "NL"),
    ("1000", "Brussels", "BE"),
    ("75011", "Paris", "FR"),
    ("1050", "Vienna", "AT"),
    ("2100", "Copenhagen", "DK"),
)
DELIVERY_NOTES = ("", "", "Leave it with the neighbours.", "Ring twice.", "Behind the green gate, please.")


def seed(*, now: datetime, scale: int = 1, on_batch: Callable[[int], None] = lambda rows: None) -> str:
    """
    Write the demo's customers and operator, unless they exist, and return how to sign in.

    :param scale: the number of customers, in units of two hundred.
    :param on_batch: is called after each batch with the number of rows written, 0 for an existing batch.
    """
    if not User.objects.filter(email=CUSTOMER_EMAIL).exclude(pk=_ids(0)[0]).exists():
        for batch in range(scale):
            on_batch(0 if customers(batch) else _create_batch(batch, now=now))
        _create_operator(now=now)
    return (
        f"Customer       {CUSTOMER_EMAIL}, password {CUSTOMER_PASSWORD}\n"
        f"  Operator       {OPERATOR_EMAIL}, password {OPERATOR_PASSWORD}, at {settings.OPERATORS_PATH}"
    )


def customers(batch: int) -> list[Customer]:
    """Return the existing customers of a batch of the demo, always in the same order."""
    existing = User.objects.in_bulk(_ids(batch))
    return [
        Customer(id=id_, email=existing[id_].email, name=existing[id_].name) for id_ in _ids(batch) if id_ in existing
    ]


def address_of(customer: Customer) -> Address:
    """Return the home address of one of the demo's customers."""
    return _random_address(customer.name, Random(f"home of {customer.id}"))  # noqa: S311 - the same at every start


def _ids(batch: int) -> list[UUID]:
    return [uuid5(ID_NAMESPACE, f"customer {number}") for number in range(batch * BATCH, (batch + 1) * BATCH)]


def _create_batch(batch: int, *, now: datetime) -> int:
    users = [_user(id_, number, now=now) for number, id_ in enumerate(_ids(batch), start=batch * BATCH)]
    emails = [EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in users]
    addresses = [entry for user in users for entry in _address_book(user)]
    with atomic():
        User.objects.bulk_create(users)
        EmailAddress.objects.bulk_create(emails)
        CustomerAddress.objects.bulk_create(addresses)
    return len(users) + len(emails) + len(addresses)


def _create_operator(*, now: datetime) -> None:
    with atomic():
        if not User.objects.filter(email=OPERATOR_EMAIL).exists():
            User.objects.create_superuser(OPERATOR_EMAIL, OPERATOR_PASSWORD, name="Kim Operator", created_at=now)


@cache
def _password() -> str:
    """Return the hash that all of them share, because computing a good one takes time."""
    return make_password(CUSTOMER_PASSWORD)


def _user(id_: UUID, number: int, *, now: datetime) -> User:
    created_at = now - timedelta(days=Random(str(id_)).randint(510, 1400))  # noqa: S311 - the same customers at every start
    email, name = CUSTOMER_EMAIL, "Robin Example"
    if number:
        first, last = FIRST[number % len(FIRST)], LAST[number * 17 % len(LAST)]
        name, email = f"{first} {last}", f"{first}.{last}.{number}@example.com".lower()
    return User(id=id_, email=email, name=name, password=_password(), created_at=created_at)


def _address_book(user: User) -> list[CustomerAddress]:
    """Return the entries of a customer's address book: home, and for some of them work."""
    rng = Random(f"address book of {user.id}")  # noqa: S311 - the same at every start
    home = address_of(Customer(id=user.id, email=user.email, name=user.name))
    entries = [_entry(user, home, label="Home", delivery_note=rng.choice(DELIVERY_NOTES), is_default=True)]
    if user.email == CUSTOMER_EMAIL or rng.random() < 0.3:
        entries.append(_entry(user, _random_address(user.name, rng), label="Work"))
    return entries


def _entry(user: User, address: Address, **fields: Any) -> CustomerAddress:
    return CustomerAddress(
        id=uuid5(user.id, fields["label"]), user=user, created_at=user.created_at, **asdict(address), **fields
    )


def _random_address(name: str, rng: Random) -> Address:
    postal_code, city, country = rng.choice(CITIES)
    return Address(
        name=name,
        line1=f"{rng.choice(STREETS)} {rng.randint(1, 180)}",
        line2="",
        postal_code=postal_code,
        city=city,
        region="",
        country=country,
        phone="",
    )
