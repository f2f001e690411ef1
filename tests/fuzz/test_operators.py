"""An edge case that an operator sends is saved, or refused with a plain reason and without a change."""

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

from contexts.identity.models import User
from message_console.queue_models import INBOXES, OUTBOXES
from tests.admin.forms import fill_shop
from tests.admin.operators import operator_client
from tests.fuzz import operators
from tests.fuzz.operators import Attempt
from tests.fuzz.scenario import rolled_back
from tests.fuzz.test_api import SEED
from tests.shop import NOW, Shopper
from tests.tables import contents

QUICK_SAMPLE = 25  # attempts of each kind in `make test`; `make fuzz`, which sets CASES, makes all of them
LOG_TABLES = re.compile(r"identity\.django_(admin_log|session)")
INTERNALS = re.compile(r"Constraint “|violates|psycopg|Traceback|DETAIL:|IntegrityError|DataError", re.IGNORECASE)

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def browser(drain: Callable[[], None]) -> Client:
    fill_shop()
    shopper = Shopper()
    shopper.add("MUG")
    assert shopper.order().status_code in (201, 202)
    drain()
    _add_dead_messages()
    browser = operator_client()
    change = {"user": User.objects.get(email="kim@example.com"), "action_flag": CHANGE, "object_repr": "something"}
    LogEntry.objects.create(**change)
    browser.raise_request_exception = False
    return browser


KINDS: dict[str, Callable[[Client, Random], Iterable[Attempt]]] = {
    "forms": operators.form_attempts,
    "dialogs": operators.dialog_attempts,
    "actions": lambda browser, random: operators.action_attempts(random),
    "lists": lambda browser, random: operators.list_attempts(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_attempt_is_saved_or_refused_with_a_reason(kind: str, browser: Client) -> None:
    random = Random(SEED)
    attempts = list(KINDS[kind](browser, random))
    possible = len(attempts)
    if "CASES" not in os.environ:
        attempts = random.sample(attempts, min(possible, QUICK_SAMPLE))
    statuses: Counter[int] = Counter()
    findings: dict[str, str] = {}

    for attempt in attempts:
        with rolled_back():
            before = _rows() if attempt.sent is not None else []
            answer = _send(browser, attempt)
            statuses[answer.status_code] += 1
            for wrong in _faults(browser, attempt, answer, before):
                findings.setdefault(f"{attempt.what}: {wrong}", f"{attempt.address} {attempt.sent}"[:1500])

    counted = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    sys.stdout.write(f"SEED={SEED}: {statuses.total()} of {possible} {kind}: {counted}; {len(findings)} findings\n")
    if findings:
        pytest.fail("\n".join(f"{what} | {sent}" for what, sent in sorted(findings.items())), pytrace=False)


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
        yield f"returns {answer.status_code}"
    if attempt.refused and answer.status_code not in (400, 403, 404):
        yield f"returns {answer.status_code}, not a refusal"
    if match := INTERNALS.search(page):
        yield f"contains {match[0]!r}"
    yield from (f"names {name}" for name in _constraints() if name in page)
    if attempt.sent is None:
        return
    if not _is_saved(answer):
        if _rows() != before:
            yield f"returns {answer.status_code} and changes something"
        return
    for address in _next_pages(attempt.address):
        if (status := browser.get(address).status_code) >= 500:
            yield f"is saved, and then {address} returns {status}"


def _next_pages(address: str) -> set[str]:
    """Return the addresses that show what was saved: the form and the list."""
    list_address = "/".join(address.split("/")[:4]) + "/"
    return {address, list_address} if address.endswith("/change/") else {list_address}


def _is_saved(answer: Any) -> bool:
    return answer.status_code == 302 or "HX-Redirect" in answer.headers


def _rows() -> list[tuple[str, str]]:
    return [row for row in contents() if not LOG_TABLES.match(row[0])]


def _constraints() -> list[str]:
    return [constraint.name for model in apps.get_models() for constraint in model._meta.constraints]


def _add_dead_messages() -> None:
    """Store a dead message in each queue, so that actions on it are possible."""
    dead = {"type": "t.t.v1", "source": "s", "subject": "s", "data": {}, "state": "dead"}
    for queue in (*OUTBOXES, *INBOXES):
        received = {"handler": "h", "received_at": NOW} if queue in INBOXES else {}
        table: Any = queue._meta.concrete_model._base_manager.using(settings.CONTEXTS[queue.context])
        table.create(message_id=uuid4(), occurred_at=NOW, available_at=NOW, **dead, **received)
