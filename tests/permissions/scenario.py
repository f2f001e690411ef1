"""A shop with one object of each kind, and a browser for each kind of person."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from backoffice.sign_in_stages import BOTH_FACTORS, SIGN_IN
from contexts.catalog.adapters.picture_encoding import EncodedPicture
from contexts.catalog.models import Picture
from contexts.catalog.use_cases.arrange_pictures import PictureChange, arrange_pictures
from contexts.identity.adapters.tokens import API, CREATED_BY, access_token
from contexts.identity.models import RefreshTokenFamily, User
from demo_payments.models import Charge
from message_console.queue_models import INBOXES, OUTBOXES
from tests.admin.operators import create_operator, sign_in
from tests.shop import ADDRESS, NOW, Shopper, coupon, create_variant, customer

BUYER, STREET = "buyer@example.com", "Hidden Lane 17"
CARD_REQUIRING_ACTION = "4000002500003155"
PEOPLE = ("anonymous", "customer", "other customer", "catalogue editor", "order desk", "administrator")
SECOND_FACTOR_PENDING = "administrator before the second factor"


@dataclass(frozen=True)
class Scenario:
    """
    :param known: a value for each parameter of the API's paths.
    :param bodies: bodies by path, for those whose example in the API's document cannot be used.
    :param owned: the parameters whose values belong to the customer.
    :param private: texts of the customer that the API may show to no one else.
    :param examples: for models that need more than one example row: by label, the rows by a description.
    :param people: a browser for each kind of person.
    """

    known: dict[str, str]
    bodies: dict[str, dict[str, str]]
    owned: set[str]
    private: set[str]
    examples: Mapping[str, Mapping[str, Model]]
    people: dict[str, Client]


def build_scenario(drain: Callable[[], None]) -> Scenario:
    mug = create_variant("MUG", on_hand=100)
    encoded = EncodedPicture(large=b"large", thumbnail=b"small", width=2, height=1)
    arrange_pictures(product_id=mug.product_id, changes=[PictureChange(id=uuid4(), alt="A mug", encoded=encoded)])
    coupon("TENTH")
    guest = Shopper().add("MUG")["token"]
    buyer = customer(BUYER)
    buyer.add("MUG", 2)
    assert buyer.send("put", "/api/v1/basket/coupon", {"code": "TENTH"}).status_code == 200
    number = buyer.order(card=CARD_REQUIRING_ACTION, delivery_address=ADDRESS | {"line1": STREET}).json()["number"]
    drain()
    buyer.add("MUG")
    home = buyer.send("post", "/api/v1/identity/addresses", ADDRESS | {"line1": STREET}).json()["id"]
    _add_dead_messages()
    people = _people(buyer.client)
    LogEntry.objects.create(user=User.objects.get(email=BUYER), action_flag=CHANGE, object_repr="something")
    users = {"an operator": User.objects.get(email="order.desk@example.com")}
    users["a customer"] = User.objects.get(email=BUYER)
    return Scenario(
        known={
            "slug": "mug",
            "sku": "MUG",
            "product_id": str(mug.product_id),
            "digest": Path(Picture.objects.get().large).stem,
            "number": number,
            "address_id": home,
            "action_id": str(Charge.objects.get().action_id),
        },
        bodies={"/api/v1/basket/merge": {"token": guest}},
        owned={"number", "address_id"},
        private={number, home, BUYER, STREET},
        examples={"identity.user": users},
        people=people,
    )


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo all writes of the block to the databases and the cache."""
    with ExitStack() as stack:
        for alias in settings.DATABASES:
            block = transaction.atomic(using=alias)
            block._from_testcase = True  # type: ignore[attr-defined]  # our checks for open transactions must ignore it
            stack.enter_context(block)
        try:
            yield
        finally:
            for alias in settings.DATABASES:
                transaction.set_rollback(True, using=alias)
            cache.clear()


def _people(buyer: Client) -> dict[str, Client]:
    people = {"anonymous": Client(), "customer": buyer, "other customer": Client()}
    sign_in_at_the_api(people["customer"], User.objects.get(email=BUYER))
    sign_in_at_the_api(people["other customer"], User.objects.create_user("lou@example.com"))
    for role in (*settings.OPERATOR_ROLES, SECOND_FACTOR_PENDING):
        person = create_operator(
            "Administrator" if role == SECOND_FACTOR_PENDING else role, f"{role.lower().replace(' ', '.')}@example.com"
        )
        browser = people[role if role == SECOND_FACTOR_PENDING else role.lower()] = Client()
        assert sign_in(browser, person.email).status_code == 302
        if role != SECOND_FACTOR_PENDING:
            sign_in_with_both_factors(browser, person)
        sign_in_at_the_api(browser, person)
    for browser in people.values():
        browser.raise_request_exception = False
    return people


def sign_in_with_both_factors(browser: Client, operator: User) -> None:
    """Sign in at the operators' pages, as if with password and second factor."""
    browser.force_login(operator)
    session = browser.session
    session[SIGN_IN] = BOTH_FACTORS
    session.save()


def sign_in_at_the_api(browser: Client, user: User) -> None:
    """Make a browser send an access token of a new session of the API."""
    request, now = HttpRequest(), timezone.now()
    request.session = SessionStore()
    login(request, user)
    request.session[CREATED_BY] = API
    request.session.save()
    family = RefreshTokenFamily.for_session(str(request.session.session_key), user_id=user.pk, now=now)
    browser.defaults["HTTP_AUTHORIZATION"] = f"Bearer {access_token(user, family, now=now)}"


def _add_dead_messages() -> None:
    """Store a dead message in each queue."""
    dead = {"type": "t.t.v1", "source": "s", "subject": "s", "data": {}, "state": "dead"}
    times = {"occurred_at": NOW, "available_at": NOW}
    for queue in (*OUTBOXES, *INBOXES):
        received = {"handler": "h", "received_at": NOW} if queue in INBOXES else {}
        table, alias = queue._meta.concrete_model._base_manager, settings.CONTEXTS[queue.context]
        table.using(alias).create(message_id=uuid4(), **dead, **times, **received)
