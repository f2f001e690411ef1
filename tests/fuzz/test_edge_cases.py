"""Edge cases for every field of a body and every parameter of a path: a refusal changes nothing."""

import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from pytest_django import Settings

from contexts.ordering.api import views
from tests.fuzz.scenario import build_scenario, rolled_back
from tests.shop import Shopper
from tests.tables import contents
from tests.web_api.operations import ALLAUTH_PATH, Operation, call, fields_in, operations

pytestmark = pytest.mark.django_db(databases="__all__")

CASES = int(os.environ.get("CASES", "80"))
SEED = int(os.environ.get("SEED", "1"))
PLACEHOLDER = "a placeholder"

NUMBERS = (
    "-1",
    "0",
    "1",
    "1.5",
    "1e3",
    "2147483648",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 400,
    "1e308",
)
NO_JSON = ("NaN", "Infinity", "-Infinity", "1e999", "[" * 5_000 + "]" * 5_000, '"\\ud800"', "", "'", "01", '"\x07"')
STRUCTURES = ("null", "true", "false", "[]", "{}", "[{}]", '{"a": 1}', "[" * 100 + "]" * 100)
TEXTS = (
    *("", " ", "\x00", "\x07", "a\nb", "\u200b", "\u202eabc", "\ufeff", "\u3164", "\U0010ffff", "e\u0301" * 40),
    *("x" * 255, "x" * 100_000, "𝔄" * 300, "'; --", "%00", "../..", "{{7*7}}", "-1", "1" * 30, "sNaN", "1e99999999"),
    *(
        "0001-01-01",
        "9999-12-31T23:59:59.999999999Z",
        "NL\x00",
        "a@b.example\u2028x",
        "@",
        "x@" + "y" * 300 + ".example",
    ),
)
VALUES = (*NUMBERS, *NO_JSON, *STRUCTURES, *map(json.dumps, TEXTS))
PARTS = (*filter(None, TEXTS), "%", "..", ".", "0", "A" * 4_000, "00000000-0000-0000-0000-00000000000g", "é")


class EdgeCase(NamedTuple):
    """
    :param what: the field and its value.
    :param body: the JSON to send.
    :param path: the values of the path's parameters.
    """

    operation: Operation
    what: str
    body: bytes | None
    path: dict[str, str]


def test_an_edge_case_is_accepted_or_refused_without_a_change(
    drain: Callable[[], None], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MAX_WAIT", 0)
    settings.ACCESS_TOKEN_LIFETIME = 24 * 3600
    shop = build_scenario(drain)
    _, _, token = shop.headers["customer"]["Authorization"].partition(" ")
    every = [case for operation in operations() for case in (*_bodies(operation), *_paths(operation))]
    chosen = random.Random(SEED).sample(every, min(len(every), CASES * 2))

    before = contents()
    findings = [line for case in chosen if (line := _finding(Shopper(access_token=token), case, before))]

    sys.stdout.write(f"SEED={SEED}: {len(chosen)} of {len(every)} edge cases; {len(findings)} findings\n")
    if findings:
        pytest.fail("\n".join(findings), pytrace=False)


def _bodies(operation: Operation) -> Iterator[EdgeCase]:
    body: dict[str, Any] = operation.body or {}
    for pointer, holder, name in fields_in(body):
        original, holder[name] = holder[name], PLACEHOLDER
        text = json.dumps(body)
        holder[name] = original
        for value in VALUES:
            sent = text.replace(f'"{PLACEHOLDER}"', value).encode(errors="surrogatepass")
            yield EdgeCase(operation, f"{pointer} {value:.40}", sent, {})


def _paths(operation: Operation) -> Iterator[EdgeCase]:
    for name in operation.parameters:
        for value in PARTS:
            yield EdgeCase(operation, f"{{{name}}} {value!r:.40}", None, {name: value})


def _finding(shopper: Shopper, case: EdgeCase, before: list[tuple[str, str]]) -> str | None:
    """Return what is wrong with the response to an edge case, or None; its changes are rolled back."""
    operation = case.operation
    with rolled_back():
        answer = call(shopper, operation, case.body, **case.path)
        is_ours = not operation.path.startswith(ALLAUTH_PATH)
        if answer.status_code >= 500 or (answer.status_code >= 400 and is_ours and _is_not_a_problem_document(answer)):
            return f"{operation.id} {case.what}: {answer.status_code} {answer.content[:100]!r}"
        if answer.status_code >= 400 and is_ours and contents() != before:
            return f"{operation.id} {case.what}: {answer.status_code}, and something has changed"
    return None


def _is_not_a_problem_document(answer: Any) -> bool:
    return bool(answer["Content-Type"] != "application/problem+json")
