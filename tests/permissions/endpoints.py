"""Every endpoint of the process, found by itself: a new one is tried as soon as it has an address."""

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

    :param group: the heading under which it is written down.
    :param name: how it is written down, such as "/api/v1/orders/{number}".
    :param subject: which of several like things, where they share a name: "brand".
    :param parameters: the names of what was filled in.
    :param body: what is sent: JSON to the API, a form to the operators' pages.
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
    Yield all but the operators' pages.

    :param known: a value for each parameter of a path.
    :param bodies: by path, where the example in the API's document names what this shop does not hold.
    """
    for path in OUTSIDE_URLCONF:
        yield Endpoint("/", "get", path, path)
    examples = _examples()
    for pattern, callback in _served(get_resolver().url_patterns):
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
    Yield the operators' pages, those of each thing with its actions.

    :param examples: of things of which one alone would say too little, by label and by what is special about each.
    """
    for pattern in admin.site.get_urls():
        if isinstance(pattern, URLPattern):
            yield from _site_endpoints(str(pattern.pattern))
    request = RequestFactory().get(settings.OPERATORS_PATH)
    request.user = User(is_staff=True, is_superuser=True)
    for model, model_admin in admin.site._registry.items():
        things: Mapping[str, Any] = examples.get(model._meta.label_lower) or {
            "": model_admin.get_queryset(request).first()
        }
        for special, thing in things.items():
            assert thing is not None, f"tests/permissions/scenario.py holds no {model._meta.label_lower}"
            yield from _object_endpoints(model_admin, model._meta, str(thing.pk), special)
        yield from _list_endpoints(model_admin, request, model._meta, str(thing.pk))


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
        sent = {"action": action, "_selected_action": key}
        address = f"{group}{meta.model_name}/"
        yield Endpoint(group, "post", f"action {action}", address, meta.model_name, frozenset(), sent)


def _object_endpoints(model_admin: Any, meta: Any, key: str, special: str) -> Iterator[Endpoint]:
    group, subject = f"{settings.OPERATORS_PATH}{meta.app_label}/", f"{meta.model_name} ({special})".removesuffix(" ()")
    for route in _routes(model_admin):
        if PLACEHOLDER.search(route):
            address = f"{meta.app_label}/{meta.model_name}/{PLACEHOLDER.sub(key, route)}"
            yield from _both(group, PLACEHOLDER.sub("{id}", route), address, subject=subject)


def _routes(model_admin: Any) -> list[str]:
    return [str(pattern.pattern) for pattern in model_admin.get_urls()]


def _both(group: str, name: str, address: str, *, subject: str = "") -> Iterator[Endpoint]:
    for method in ("get", "post"):
        yield Endpoint(group, method, name or "./", settings.OPERATORS_PATH + address, subject)


def _served(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if path.startswith(settings.OPERATORS_PATH):
            continue
        if isinstance(pattern, URLResolver):
            yield from _served(pattern.url_patterns, path)
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
    """Return a body for each operation that takes one, which the API's document must show."""
    schema = Client().get("/api/schema/", headers={"Accept": "application/json"}).json()
    bodies = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if shown := list(content.get("examples", {}).values()):
                bodies[path, method] = shown[0]["value"]
    return bodies
