"""Every endpoint of the process, collected from the URLs, so that a new one is tested at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from contexts.identity.models import User

METHODS = ("get", "post", "put", "patch", "delete")
OUTSIDE_URLCONF = ("/livez", "/readyz", "/metrics")
PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
APP_LABELS = re.compile(r"\(\?P<app_label>([^)]*)\)")


@dataclass(frozen=True)
class Endpoint:
    """
    One method of one address.

    :param group: its heading in the document.
    :param name: its name in the document, such as "/api/v1/orders/{number}".
    :param subject: the model, for endpoints of several models with the same name: "brand".
    :param parameters: the names of the parameters in the address.
    :param body: the body of the request: JSON for the API, a form for the operators' pages.
    """

    group: str
    method: str
    name: str
    address: str
    subject: str = ""
    parameters: frozenset[str] = frozenset()
    body: dict[str, Any] = field(default_factory=dict, hash=False)


def shop_endpoints(known: dict[str, str], bodies: dict[str, dict[str, Any]]) -> Iterator[Endpoint]:
    """
    Yield all endpoints except the operators' pages.

    :param known: a value for each parameter of a path.
    :param bodies: bodies by path, for those whose example in the API's document refers to missing objects.
    """
    for path in OUTSIDE_URLCONF:
        yield Endpoint("/", "get", path, path)
    examples = _examples()
    for pattern, callback in _patterns(get_resolver().url_patterns):
        name = PLACEHOLDER.sub(r"{\1}", pattern)
        parameters = frozenset(PLACEHOLDER.findall(pattern))
        assert parameters <= known.keys(), f"tests/permissions/scenario.py lacks a value for a parameter of {name}"
        for method in _methods(callback):
            address = PLACEHOLDER.sub(lambda match: known[match[1]], pattern)
            yield Endpoint(
                _group(name),
                method,
                name,
                address,
                "",
                parameters,
                bodies.get(name) or examples.get((name, method), {}),
            )


def operator_endpoints(examples: Mapping[str, Mapping[str, Model | None]]) -> Iterator[Endpoint]:
    """
    Yield the operators' pages, with the pages and actions of each model.

    :param examples: for models that need more than one example row: by label, the rows by a description.
    """
    for pattern in admin.site.get_urls():
        if isinstance(pattern, URLPattern):
            yield from _site_endpoints(str(pattern.pattern))
    request = RequestFactory().get(settings.OPERATORS_PATH)
    request.user = User(is_staff=True, is_superuser=True)
    for model, model_admin in admin.site._registry.items():
        rows: Mapping[str, Any] = examples.get(model._meta.label_lower) or {
            "": model_admin.get_queryset(request).first()
        }
        for description, row in rows.items():
            assert row is not None, f"tests/permissions/scenario.py creates no {model._meta.label_lower}"
            yield from _object_endpoints(model_admin, model._meta, str(row.pk), description)
        yield from _list_endpoints(model_admin, request, model._meta, str(row.pk))


def _site_endpoints(pattern: str) -> Iterator[Endpoint]:
    known = {"content_type_id": "1", "object_id": "1", "url": "nowhere"}
    if apps := APP_LABELS.search(pattern):
        for app in apps[1].split("|"):
            yield from _both(settings.OPERATORS_PATH, "{app}/", f"{app}/", subject=app)
    else:
        plain = pattern.replace("(?P<url>.*)$", "<url>")
        yield from _both(
            settings.OPERATORS_PATH,
            PLACEHOLDER.sub(r"{\1}", plain),
            PLACEHOLDER.sub(lambda match: known[match[1]], plain),
        )


def _list_endpoints(model_admin: Any, request: HttpRequest, meta: Any, key: str) -> Iterator[Endpoint]:
    group = f"{settings.OPERATORS_PATH}{meta.app_label}/"
    for route in _routes(model_admin):
        if not PLACEHOLDER.search(route):
            yield from _both(group, route, f"{meta.app_label}/{meta.model_name}/{route}", subject=meta.model_name)
    for action in model_admin.get_actions(request):
        form = {"action": action, "_selected_action": key}
        address = f"{group}{meta.model_name}/"
        yield Endpoint(group, "post", f"action {action}", address, meta.model_name, frozenset(), form)


def _object_endpoints(model_admin: Any, meta: Any, key: str, description: str) -> Iterator[Endpoint]:
    group = f"{settings.OPERATORS_PATH}{meta.app_label}/"
    subject = f"{meta.model_name} ({description})".removesuffix(" ()")
    for route in _routes(model_admin):
        if PLACEHOLDER.search(route):
            address = f"{meta.app_label}/{meta.model_name}/{PLACEHOLDER.sub(key, route)}"
            yield from _both(group, PLACEHOLDER.sub("{id}", route), address, subject=subject)


def _routes(model_admin: Any) -> list[str]:
    return [str(pattern.pattern) for pattern in model_admin.get_urls()]


def _both(group: str, name: str, address: str, *, subject: str = "") -> Iterator[Endpoint]:
    for method in ("get", "post"):
        yield Endpoint(group, method, name or "./", settings.OPERATORS_PATH + address, subject)


def _patterns(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if path.startswith(settings.OPERATORS_PATH):
            continue
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, path)
        else:
            yield path, pattern.callback


def _methods(callback: Any) -> Iterator[str]:
    view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    for method in METHODS:
        if hasattr(view, method) if view else method in ("get", "post"):
            yield method


def _group(path: str) -> str:
    return "/".join(path.split("/")[:4]) if path.startswith("/api/v1/") else "/"


def _examples() -> dict[tuple[str, str], dict[str, Any]]:
    """Return the first example body of each operation in the API's document."""
    schema = Client().get("/api/schema/", headers={"Accept": "application/json"}).json()
    bodies = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if examples := list(content.get("examples", {}).values()):
                bodies[path, method] = examples[0]["value"]
    return bodies
