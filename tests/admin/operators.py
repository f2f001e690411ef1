"""Helpers for tests of the operators' pages: operators with roles, sign-in, forms and the queries of a page."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connections
from django.forms import BooleanField, MultiWidget
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contexts.identity.models import User
from contexts.identity.use_cases.set_up_second_factor import set_up_second_factor
from tests.shop import NOW

PASSWORD = "a-counter-of-oak"
SIGN_IN = "/admin/login/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of a second factor


def create_operator(role: str | None = None, email: str = "kim@example.com") -> User:
    """Create an operator with this role, which provisioning has stored; without a role, a superuser."""
    if role is None:
        return User.objects.create_superuser(email, PASSWORD)
    user = User.objects.create_user(email, PASSWORD, is_staff=True)
    user.groups.set([Group.objects.get(name=role)])
    return user


def operator_client(role: str | None = None, email: str = "kim@example.com") -> Client:
    """Return the browser of a new operator who has just signed in; the sign-in is removed from the log."""
    new = create_operator(role, email)
    browser = Client()
    assert sign_in(browser, email).status_code == 302
    LogEntry.objects.filter(user=new).delete()
    return browser


def sign_in(browser: Client, email: str = "kim@example.com", password: str = PASSWORD, **more: Any) -> Any:
    return browser.post(SIGN_IN, {"username": email, "password": password}, **more)


def totp_at(moment: datetime, secret: str = SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, int(moment.timestamp()) // 30)))


def operator_with_second_factor(
    role: str | None = "Administrator", email: str = "kim@example.com"
) -> tuple[User, list[str]]:
    """Return an operator who set up a second factor long ago, and the recovery codes."""
    user = create_operator(role, email)
    return user, set_up_second_factor(user_id=user.pk, secret=SECRET, code=totp_at(NOW), now=NOW)


def form_data(page: Any) -> dict[str, Any]:
    """Return what a browser would send if an operator pressed Save on this page at once."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    fields = [form[name] for form in forms for name in form.fields]
    values = {"snapshot": page.context.get("snapshot")}
    for field in fields:
        values |= _sent(field)
    return {name: value for name, value in values.items() if value is not None}


def shown_messages(page: Any) -> list[str]:
    """Return the messages that a page shows."""
    return [str(message) for message in page.context["messages"]]


@contextmanager
def captured_queries() -> Iterator[list[str]]:
    """Collect every query of the block, on all databases."""
    queries: list[str] = []
    with ExitStack() as stack:
        captured = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in settings.DATABASES]
        yield queries
    queries += [query["sql"] for each in captured for query in each.captured_queries]


def _sent(field: Any) -> dict[str, Any]:
    value = field.value()
    if isinstance(field.field.widget, MultiWidget):
        parts: list[Any] = value if isinstance(value, list) else field.field.widget.decompress(value) or []
        return {f"{field.html_name}_{n}": "" if part is None else str(part) for n, part in enumerate(parts)}
    if isinstance(field.field, BooleanField) and not value:
        return {}
    return {field.html_name: "" if value is None else field.field.prepare_value(value)}
