"""Every form of the operators' pages, collected from the site, so that a newly registered one is tested at once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse

from contexts.catalog.adapters.picture_encoding import EncodedPicture
from contexts.catalog.models import Category
from contexts.catalog.use_cases.arrange_pictures import PictureChange, arrange_pictures
from contexts.identity.models import User
from tests.admin.operators import create_operator
from tests.pictures import upload
from tests.shop import NOW, coupon, create_variant

LOU = "lou@example.com"


def fill_shop() -> None:
    """Fill the shop with two objects of each kind that a form can refer to."""
    mug = create_variant("MUG").product
    create_variant("PAN", brand="other", category="other", supplier="other")
    Category.objects.filter(slug="other").update(parent="things", path="/things/other/")
    encoded = EncodedPicture(large=b"large", thumbnail=b"small", width=2, height=1)
    changes = [PictureChange(id=mug.pk, alt="A mug", encoded=encoded)]
    arrange_pictures(product_id=mug.pk, changes=changes)
    coupon("TENTH")
    create_operator("Order desk", LOU)


def superuser_request(path: str = "/admin/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = User(is_staff=True, is_superuser=True)
    return request


def change_forms() -> Iterator[tuple[type[Model], str]]:
    """Yield the model and the address of every form that changes a stored row."""
    request = superuser_request()
    for model, model_admin in admin.site._registry.items():
        changeable = [
            row for row in model_admin.get_queryset(request) if model_admin.has_change_permission(request, row)
        ]
        if not model_admin.has_change_permission(request):
            continue
        assert changeable, f"tests/admin/forms.py: fill_shop() creates no {model._meta.label}"
        yield model, _address(model, "change", _representative(changeable))


def add_forms() -> Iterator[tuple[type[Model], str]]:
    """Yield the model and the address of every form that adds a row."""
    for model, model_admin in admin.site._registry.items():
        if model_admin.has_add_permission(superuser_request()):
            yield model, _address(model, "add")


def editable_fields(page: Any) -> list[BoundField]:
    """Return the fields that an operator can edit on the page of a form, also in each row of an inline."""
    shown = page.context["adminform"].form
    rows = [row for inline in page.context["inline_admin_formsets"] for row in inline.formset.forms]
    return [field for form in (shown, *rows) for field in form if not _is_read_only(field)]


def another_value(field: BoundField) -> dict[str, Any]:
    """Return what a browser would send for a field with another value, by the names of its inputs."""
    kind, value, name = field.field, field.value(), field.html_name
    if isinstance(kind, forms.BooleanField):
        return {name: "" if value else "on"}
    if isinstance(kind, forms.ModelMultipleChoiceField):
        return {name: [str(Group.objects.exclude(pk__in=value or []).values_list("pk", flat=True)[0])]}
    if isinstance(kind, forms.ModelChoiceField):
        return {name: str(kind.queryset.exclude(pk=value)[0].pk)}  # type: ignore[union-attr]
    if isinstance(kind, forms.ChoiceField):
        return {name: next(str(key) for key, _ in kind.choices if str(key) not in ("", str(value)))}  # type: ignore[union-attr, misc]
    if isinstance(kind, forms.SplitDateTimeField):
        moment = (value if isinstance(value, datetime) else NOW) + timedelta(days=1)
        return {f"{name}_0": f"{moment:%Y-%m-%d}", f"{name}_1": f"{moment:%H:%M:%S}"}
    if isinstance(kind, forms.IntegerField | forms.DecimalField):
        return {name: str((value or 0) + 1)}
    if isinstance(kind, forms.FileField):
        return {name: upload()}
    if field.name in ("sku", "code"):
        return {name: "OTHER"}
    return {name: "other" if isinstance(kind, forms.SlugField) else "Other: words"}


def _representative(rows: list[Any]) -> Any:
    """Return the row to test: the product with a picture, or the operator who has not signed in."""
    return next((row for row in rows if getattr(row, "thumbnail", "") or getattr(row, "email", "") == LOU), rows[0])


def _is_read_only(field: BoundField) -> bool:
    read_only = field.field.disabled or field.is_hidden or field.name == "DELETE"
    return read_only or bool(field.field.widget.attrs.get("readonly"))


def _address(model: type[Model], what: str, *rows: Model) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}"
    return reverse(name, args=[row.pk for row in rows])
