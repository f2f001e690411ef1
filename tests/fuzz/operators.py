"""Edge cases for what an operator can send: every form, dialog, action and list, collected from the site."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import admin
from django.forms.boundfield import BoundField
from django.test import Client
from django.urls import reverse

from backoffice.filters import filter_parameters
from contexts.identity.models import User
from tests.admin.forms import LOU, add_forms, another_value, change_forms, editable_fields, superuser_request
from tests.admin.operators import SIGN_IN, form_data
from tests.fuzz.edge_cases import KEYS, LIST_PARAMETERS, LOOKUPS, SNAPSHOTS, TEXTS, edge_cases

TRIES_PER_FIELD = 20  # attempts for each field, at least
OWN_PASSWORD, SECOND_FACTOR = "/admin/password_change/", "/admin/identity/user/second-factor/"
SAMPLE_CONTEXT = "ordering"  # the queues of one context stand for those of all


@dataclass(frozen=True)
class Attempt:
    """
    :param what: describes the attempt.
    :param sent: the form that is posted; None for a GET.
    :param refused: whether the attempt must be refused.
    """

    what: str
    address: str
    sent: dict[str, Any] | None = None
    refused: bool = False


def form_attempts(browser: Client, random: Random) -> Iterator[Attempt]:
    """Yield attempts at each field of every form, also those of passwords and codes, and at the snapshots."""
    for model, address in (*change_forms(), *add_forms()):
        page = browser.get(address)
        form, fields = form_data(page), editable_fields(page)
        if address.endswith("/add/"):
            for field in fields:  # so that only the edge case can be invalid
                form |= another_value(field)
        yield from _field_by_field(f"{model._meta.label} {address.split('/')[-2]}", address, form, fields, random)
        for snapshot in SNAPSHOTS if "snapshot" in form else ():
            yield Attempt(f"{model._meta.label}: snapshot", address, form | {"snapshot": snapshot})
    of_another = f"/admin/identity/user/{User.objects.get(email=LOU).pk}/password/"
    for address in (OWN_PASSWORD, of_another, SECOND_FACTOR, SIGN_IN):
        client = Client() if address == SIGN_IN else browser
        fields, form = list(client.get(address).context["form"]), {"usable_password": "true"}
        for field in fields:
            form = another_value(field) | form
        yield from _field_by_field(address.split("/")[-2], address, form, fields, random)


def dialog_attempts(browser: Client, random: Random) -> Iterator[Attempt]:
    """Yield attempts at each field of the dialog of every action."""
    for model, model_admin in _model_admins():
        for action in model_admin._get_base_actions_detail():
            if not action.dialog:
                continue
            what, ending = f"{model._meta.label} {action.path}", f"/{action.path}/"
            address, fields = _opened(browser, model_admin, ending)
            form: dict[str, Any] = {"_form_submitted": "on"}
            for field in fields:
                form |= another_value(field)
            yield Attempt(what, address, form)
            yield from _field_by_field(what, address, form, fields, random)
            for key in KEYS[1:]:
                yield Attempt(
                    f"{what} of {key!r}"[:80], _list_of(model) + quote(key.replace("\0", "0"), safe="") + ending, form
                )


def action_attempts(random: Random) -> Iterator[Attempt]:
    """Yield attempts at the actions on several rows."""
    for model, model_admin in _model_admins():
        key = str(model_admin.get_queryset(superuser_request()).first().pk)
        yield Attempt("no action", _list_of(model), {"action": "no_such_action", "_selected_action": key}, refused=True)
        for action in model_admin.get_actions(superuser_request()):
            for value in random.sample(TEXTS, TRIES_PER_FIELD):
                form = {"action": action, "_selected_action": key, "why": value}
                yield Attempt(f"{model._meta.label} {action}", _list_of(model), form)
            for value in KEYS:
                form = {"action": action, "_selected_action": value, "select_across": value, "index": value}
                yield Attempt(f"{model._meta.label} {action} of {value!r}"[:80], _list_of(model), form)


def list_attempts() -> Iterator[Attempt]:
    """Yield attempts at the parameters of every list: the common ones, its filters, and ones that it does not offer."""
    for model, model_admin in _model_admins():
        address, filters = _list_of(model), model_admin.get_list_filter(superuser_request())
        offered = {name for each in filters for name in filter_parameters(each, model)}
        for name, values in (*LIST_PARAMETERS.items(), *((name, KEYS) for name in sorted(offered))):
            for value in values:
                yield _query(address, {name: value})
        for name in LOOKUPS:
            if name not in offered:
                yield _query(address, {name: "a"}, refused=True)
    for value in (*TEXTS, *KEYS):
        yield _query("/admin/stories/", {"about": value})
        yield _query("/admin/messages/", {value: value})
        autocomplete = {"app_label": "catalog", "model_name": "product", "field_name": "brand"}
        yield _query("/admin/autocomplete/", autocomplete | {"term": value})
        yield _query("/admin/autocomplete/", autocomplete | {"page": value})
        for part in autocomplete:
            yield _query("/admin/autocomplete/", autocomplete | {part: value}, refused=True)


def _model_admins() -> Iterator[tuple[Any, Any]]:
    for model, model_admin in admin.site._registry.items():
        if getattr(model, "context", SAMPLE_CONTEXT) == SAMPLE_CONTEXT:
            yield model, model_admin


def _opened(browser: Client, model_admin: Any, ending: str) -> tuple[str, list[BoundField]]:
    """Return the address of an action's dialog for a row that allows the action, and its fields."""
    for row in model_admin.get_queryset(superuser_request())[:10]:
        address = f"{_list_of(model_admin.model)}{row.pk}{ending}"
        answer = browser.get(address)
        if answer.context is not None and "dialog" in answer.context:
            return address, [field for field in answer.context["form"] if not field.is_hidden]
    raise AssertionError(
        f"tests/fuzz/test_operators.py: no row of the shop allows {_list_of(model_admin.model)}…{ending}"
    )


def _field_by_field(
    what: str, address: str, form: dict[str, Any], fields: list[BoundField], random: Random
) -> Iterator[Attempt]:
    for field in fields:
        values = edge_cases(field)
        for value in values:
            yield Attempt(f"{what}: {field.html_name}", address, form | value)
        for _ in range(TRIES_PER_FIELD - len(values)):
            another = random.choice(edge_cases(random.choice(fields)))
            yield Attempt(f"{what}: {field.html_name} and another", address, form | random.choice(values) | another)


def _query(address: str, parameters: dict[str, str], *, refused: bool = False) -> Attempt:
    # Null bytes in an address are refused before a page is called.
    query = urlencode({name.replace("\0", ""): value.replace("\0", "") for name, value in parameters.items()})
    return Attempt(f"{address} {next(iter(parameters))!r}"[:80], f"{address}?{query}", refused=refused)


def _list_of(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
