"""The API's responses to generated requests are those of its document."""

import os
import sys
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import strategies
from pytest_django import Settings
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import APIOperation

from contexts.ordering.api import views
from tests.fuzz.findings import Findings
from tests.fuzz.scenario import Scenario, build_scenario, rolled_back

CASES = int(os.environ.get("CASES", "80"))
SEED = int(os.environ.get("SEED", "1"))
STEPS = 9  # of one walk, at least
# 410: the flow that the request continues is over.
REFUSALS = {"expected-statuses": [400, 401, 403, 404, 405, 406, 409, 410, 415, 422, 429]}

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def schema() -> BaseSchema:
    config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": REFUSALS}})
    loaded = schemathesis.openapi.from_dict(Client().get("/api/schema/", {"format": "json"}).json(), config=config)
    loaded.app = get_wsgi_application()
    return loaded


@pytest.fixture
def shop(drain: Callable[[], None], settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    monkeypatch.setattr(views, "MAX_WAIT", 0)  # no worker settles an order meanwhile
    settings.ACCESS_TOKEN_LIFETIME = 24 * 3600
    return build_scenario(drain)


@pytest.mark.parametrize("caller", ["anonymous", "guest", "customer"])
def test_each_operation_answers_as_documented(caller: str, schema: BaseSchema, shop: Scenario) -> None:
    findings = Findings(caller, shop.headers[caller])
    rounds = [(operation, mode) for operation in _operations(schema) for mode in _modes(operation)]

    for number, (operation, mode) in enumerate(rounds):
        left = CASES // 4 - findings.statuses.total()
        _fuzz(operation, mode, max(1, left // (len(rounds) - number)), shop, findings)

    _report(findings)


def test_each_operation_answers_as_documented_after_others(schema: BaseSchema, shop: Scenario) -> None:
    """Walks through the API: values of a response, such as an order number, go into the next request."""
    findings = Findings("customer", shop.headers["customer"])

    class Walk(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.transaction = rolled_back()
            self.transaction.__enter__()

        def teardown(self) -> None:
            self.transaction.__exit__(None, None, None)

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"headers": findings.headers}

        def validate_response(self, response: Any, case: Case, **more: Any) -> None:
            findings.check(case, response)

    hypothesis.seed(SEED)(Walk)
    Walk.run(settings=_settings(max(1, CASES // 4 // STEPS), stateful_step_count=STEPS + 1))

    _report(findings)


def _operations(schema: BaseSchema) -> list[APIOperation]:
    """Return all operations; those with few variants come first, and leave more cases to the others."""
    all_operations: Any = schema.get_all_operations()
    return sorted(
        (each.ok() for each in all_operations), key=lambda operation: bool(operation.body) + len(operation.query)
    )


def _modes(operation: APIOperation) -> list[GenerationMode]:
    """Return the modes: valid requests, and invalid ones if there is a body or query; most texts are valid slugs."""
    return list(GenerationMode) if operation.body or operation.query else [GenerationMode.POSITIVE]


def _fuzz(operation: APIOperation, mode: GenerationMode, cases: int, shop: Scenario, findings: Findings) -> None:
    def sent(**fixed: Any) -> strategies.SearchStrategy[Case]:
        return operation.as_strategy(mode, headers=findings.headers or None, **fixed)

    existing = {
        name: shop.known[name]
        for name in shop.known.keys() & {parameter.name for parameter in operation.path_parameters}
    }

    @hypothesis.seed(SEED)
    @_settings(cases)
    @hypothesis.given(sent() | sent(path_parameters=existing) if existing else sent(), strategies.booleans())
    def ask(case: Case, with_what_exists: bool) -> None:
        if with_what_exists and isinstance(case.body, dict):
            case.body |= {name: value for name, value in shop.known.items() if name in case.body}
        with rolled_back():
            findings.check(case, case.call(headers=findings.headers))

    ask()


def _settings(cases: int, **more: Any) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=cases,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
        database=None,
        deadline=None,
        **more,
    )


def _report(findings: Findings) -> None:
    sys.stdout.write(f"SEED={SEED}: {findings}\n")
    if findings.lines:
        pytest.fail("\n".join(findings.lines), pytrace=False)
