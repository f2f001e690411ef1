"""Whatever an operator sends, it is saved, or refused in the words of the shop with nothing changed."""

import html
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.test import Client

from backoffice.boxes import INBOXES, OUTBOXES
from contexts.identity.models import User
from tests.admin.desk import desk
from tests.admin.forms import fill
from tests.fuzz import operators
from tests.fuzz.operators import Attempt
from tests.fuzz.test_api import SEED
from tests.fuzz.world import undone
from tests.shop import NOW, Shopper
from tests.tables import contents

QUICKLY = 25  # of the attempts of each kind, in `make test`; `make fuzz`, which sets CASES, makes them all
WRITTEN_ALONG = re.compile(r"identity\.django_(admin_log|session)")
OF_THE_MACHINE = re.compile(r"Constraint “|violates|psycopg|Traceback|DETAIL:|IntegrityError|DataError", re.IGNORECASE)

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def browser(drain: Callable[[], None]) -> Client:
    fill()
    shopper = Shopper()
    shopper.add("MUG")
    assert shopper.order().status_code in (201, 202)
    drain()
    _give_one_up()
    browser = desk()
    change = {"user": User.objects.get(email="kim@example.com"), "action_flag": CHANGE, "object_repr": "something"}
    LogEntry.objects.create(**change)
    browser.raise_request_exception = False
    return browser


KINDS: dict[str, Callable[[Client, Random], Iterable[Attempt]]] = {
    "forms": operators.with_forms,
    "dialogs": operators.with_dialogs,
    "actions": lambda browser, random: operators.with_actions(random),
    "lists": lambda browser, random: operators.with_lists(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_is_saved_or_refused_in_words(kind: str, browser: Client) -> None:
    random = Random(SEED)
    attempts = list(KINDS[kind](browser, random))
    possible = len(attempts)
    if "CASES" not in os.environ:
        attempts = random.sample(attempts, min(possible, QUICKLY))
    answers: Counter[int] = Counter()
    found: dict[str, str] = {}

    for attempt in attempts:
        with undone():
            before = _rows() if attempt.sent is not None else []
            answer = _send(browser, attempt)
            answers[answer.status_code] += 1
            for wrong in _faults(browser, attempt, answer, before):
                found.setdefault(f"{attempt.what}: {wrong}", f"{attempt.address} {attempt.sent}"[:1500])

    counted = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
    sys.stdout.write(f"SEED={SEED}: {answers.total()} of {possible} {kind}: {counted}; {len(found)} findings\n")
    if found:
        pytest.fail("\n".join(f"{what} | {sent}" for what, sent in sorted(found.items())), pytrace=False)


def _send(browser: Client, attempt: Attempt) -> Any:
    if attempt.sent is None:
        return browser.get(attempt.address)
    for value in attempt.sent.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return browser.post(attempt.address, attempt.sent)


def _faults(browser: Client, attempt: Attempt, answer: Any, before: list[tuple[str, str]]) -> Iterator[str]:
    page = html.unescape(answer.content.decode(errors="replace"))
    if answer.status_code >= 500:
        yield f"answers {answer.status_code}"
    if attempt.refused and answer.status_code not in (400, 403, 404):
        yield f"answers {answer.status_code}, not a refusal"
    if said := OF_THE_MACHINE.search(page):
        yield f"says {said[0]!r}"
    yield from (f"names {name}" for name in _constraints() if name in page)
    if attempt.sent is None:
        return
    if not _is_done(answer):
        if _rows() != before:
            yield f"answers {answer.status_code} and changes something"
        return
    for address in _shown_at(attempt.address):
        if (shown := browser.get(address).status_code) >= 500:
            yield f"is saved, and then {address} answers {shown}"


def _shown_at(address: str) -> set[str]:
    """Return where one looks next at what was saved: the form and the list."""
    a_list = "/".join(address.split("/")[:4]) + "/"
    return {address, a_list} if address.endswith("/change/") else {a_list}


def _is_done(answer: Any) -> bool:
    return answer.status_code == 302 or "HX-Redirect" in answer.headers


def _rows() -> list[tuple[str, str]]:
    return [row for row in contents() if not WRITTEN_ALONG.match(row[0])]


def _constraints() -> list[str]:
    return [constraint.name for model in apps.get_models() for constraint in model._meta.constraints]


def _give_one_up() -> None:
    """Let a message be dead in each box, so that there is something to do."""
    dead = {"type": "t.t.v1", "source": "s", "subject": "s", "data": {}, "state": "dead"}
    for box in (*OUTBOXES, *INBOXES):
        received = {"handler": "h", "received_at": NOW} if box in INBOXES else {}
        table: Any = box._meta.concrete_model._base_manager.using(settings.CONTEXTS[box.context])
        table.create(message_id=uuid4(), occurred_at=NOW, available_at=NOW, **dead, **received)
