"""Forms refuse invalid values with a plain message beside the field, and change nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.db.models.constraints import BaseConstraint
from django.urls import reverse

from backoffice.texts import CleanTextMixin
from contexts.basket.models import Coupon
from contexts.catalog.domain.stock import MAX_ON_HAND, ImplausibleChange, TooManyOnHand
from contexts.catalog.models import Category, Picture, Product, Stock, Variant
from contexts.catalog.published.dto import StockLine
from contexts.catalog.use_cases.change_stock import change_stock
from contexts.identity.models import User
from tests.admin.forms import fill_shop, superuser_request
from tests.admin.operators import form_data, operator_client
from tests.shop import NOW, coupon, create_variant
from tests.tables import contents

pytestmark = pytest.mark.django_db(databases="__all__")

COUPON = {
    "code": "SPRING", "percent_off": "15", "valid_from_0": "2026-01-01", "valid_from_1": "00:00", "valid_until_0": "",
    "valid_until_1": "", "max_uses": "50",
}  # fmt: skip


def _duplicate_picture() -> Model:
    product = create_variant("MUG").product
    picture = {
        "product": product,
        "position": 0,
        "alt": "A mug",
        "large": "p",
        "thumbnail": "t",
        "width": 1,
        "height": 1,
    }
    Picture.objects.create(**picture)
    return Picture(**picture)


def _oversold_stock() -> Model:
    row: Stock = create_variant("MUG").stock
    row.reserved = row.on_hand + 1
    return row


VIOLATIONS: dict[str, Callable[[], Model]] = {
    "coupon_percent_in_range": lambda: Coupon(code="A", percent_off=0, valid_from=NOW, max_uses=1),
    "coupon_uses_limited": lambda: Coupon(code="A", percent_off=1, valid_from=NOW, max_uses=1, uses=2),
    "variant_price_not_negative": lambda: Variant(sku="A", product=create_variant("MUG").product, price=-1),
    "picture_position_unique": _duplicate_picture,
}
"""A row that violates a constraint, by its name."""
NO_FIELD = {
    "stock_not_oversold": "no form has a field for the numbers on hand and reserved; operators enter changes of them",
    "user_email_in_lower_case": "the form of a new operator stores the address in lower case, and no form changes it",
    "user_email_in_one_line": "the field's validator in the form of a new operator refuses it, and no form changes it",
}


class TestAConstraint:
    def test_has_a_message_if_a_form_can_violate_it(self) -> None:
        shown = {
            each.name for model in _models_with_forms() for each in model._meta.constraints if _has_no_message(each)
        }

        assert shown - NO_FIELD.keys() == VIOLATIONS.keys(), (
            "give the constraint a violation_error_message, or check it in the model's clean() and add an example here"
        )

    @pytest.mark.parametrize("name", VIOLATIONS)
    def test_is_not_named_in_the_message(self, name: str) -> None:
        with pytest.raises(ValidationError) as refused:
            VIOLATIONS[name]().full_clean()

        assert not [message for message in refused.value.messages if name in message or "Constraint" in message]


def _model_admins() -> list[Any]:
    return list(admin.site._registry.values())


def _models_with_forms() -> set[type[Model]]:
    request, models = superuser_request(), set()
    for model, model_admin in admin.site._registry.items():
        if model_admin.has_add_permission(request) or model_admin.has_change_permission(request):
            inlines = [inline(model, admin.site) for inline in model_admin.inlines]
            models |= {model, *(inline.model for inline in inlines if inline.has_change_permission(request))}
    return models


def _has_no_message(constraint: BaseConstraint) -> bool:
    return constraint.violation_error_message == BaseConstraint.default_violation_error_message


class TestACoupon:
    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"percent_off": "0"}, "The discount must be more than 0 and at most 100 per cent."),
            ({"percent_off": "100.01"}, "The discount must be more than 0 and at most 100 per cent."),
            ({"percent_off": "-1"}, "The discount must be more than 0 and at most 100 per cent."),
            ({"valid_until_0": "2025-12-31", "valid_until_1": "00:00"}, "The end must be later than the beginning."),
            ({"valid_until_0": "2026-01-01", "valid_until_1": "00:00"}, "The end must be later than the beginning."),
            ({"valid_from_0": "0001-01-01"}, "The year must be between 2000 and 2100."),
            ({"valid_until_0": "9999-12-31", "valid_until_1": "23:59"}, "The year must be between 2000 and 2100."),
            ({"max_uses": "2147483648"}, "Ensure this value is less than or equal to 2147483647."),
            ({"code": "SPR\u202eING"}, "Take out the invisible character U+202E"),
        ],
    )
    def test_with_invalid_values_is_refused_with_the_reason(self, wrong: dict[str, str], message: str) -> None:
        refused = operator_client("Catalogue editor").post("/admin/basket/coupon/add/", COUPON | wrong)

        assert (refused.status_code, message in refused.content.decode()) == (200, True)
        assert not Coupon.objects.exists()

    def test_that_is_stored_cannot_get_invalid_values(self) -> None:
        coupon("TENTH")
        browser, address = operator_client("Catalogue editor"), "/admin/basket/coupon/TENTH/change/"
        wrong = {"valid_until_0": "2020-01-01", "valid_until_1": "00:00", "percent_off": "0"}
        opened, before = form_data(browser.get(address)), contents()

        refused = browser.post(address, opened | wrong).content.decode()

        assert "The end must be later than the beginning." in refused
        assert "at most 100 per cent" in refused
        assert contents() == before


class TestACategory:
    def test_has_at_most_five_levels(self) -> None:
        browser = operator_client("Catalogue editor")
        slugs = [letter * 50 for letter in "abcdef"]

        for above, slug in zip(["", *slugs[:4]], slugs[:5], strict=True):
            assert self._add(browser, slug, above).status_code == 302
        refused = self._add(browser, slugs[5], slugs[4])

        assert "Categories have at most 5 levels: choose a higher parent." in refused.content.decode()
        assert Category.objects.get(pk=slugs[4]).path == "/" + "/".join(slugs[:5]) + "/"
        assert Category.objects.count() == 5

    def test_is_not_below_itself(self) -> None:
        Category.objects.create(slug="mugs", name="Mugs", path="/mugs/")

        with pytest.raises(ValidationError, match="cannot be below itself"):
            Category(slug="mugs", name="Mugs", parent_id="mugs").clean()

    def _add(self, browser: Any, slug: str, above: str) -> Any:
        return browser.post("/admin/catalog/category/add/", {"name": "Mugs", "slug": slug, "parent": above})


class TestAStock:
    def test_has_a_maximum(self) -> None:
        create_variant("MUG", on_hand=MAX_ON_HAND - 1)
        browser, address = operator_client("Catalogue editor"), "/admin/catalog/stock/MUG/change/"

        opened = form_data(browser.get(address))
        answer = browser.post(address, opened | {"delta": "2", "reason": "received"}, follow=True)

        assert "The stock of MUG would be too large: one SKU has at most 1,000,000,000." in answer.content.decode()
        assert Stock.objects.get().on_hand == MAX_ON_HAND - 1

    def test_is_checked_by_the_use_case_too(self) -> None:
        create_variant("MUG", on_hand=MAX_ON_HAND)
        how: dict[str, Any] = {"sku": "MUG", "reason": "received", "operator_id": User().pk, "now": NOW}

        with pytest.raises(TooManyOnHand):
            change_stock(delta=1, **how)
        with pytest.raises(ImplausibleChange, match="at most 1,000,000 pieces"):
            change_stock(delta=10**12, **how)

    def test_accepts_returned_goods_beyond_the_maximum(self) -> None:
        create_variant("MUG", on_hand=MAX_ON_HAND)

        assert Stock.objects.change("MUG", StockLine(sku="MUG", quantity=5).quantity)


class TestAText:
    @pytest.mark.parametrize(
        ("field", "text", "message"),
        [
            ("name", "Mug\u202e", "Take out the invisible character U+202E, which changes the direction of the text."),
            ("name", "\u200b", "Take out the invisible character U+200B."),
            ("name", "Mug\x07", "Take out the control character U+0007."),
            ("name", "Mug\u2028pan", "This must be one line: take out the line breaks."),
            ("description", "Mug\x07", "Take out the control character U+0007."),
            ("attributes", "Size\u202e: 2 m", "Take out the invisible character U+202E"),
            ("variants-0-name", "Large\u200b", "Take out the invisible character U+200B."),
        ],
    )
    def test_with_an_invisible_character_is_refused_in_every_field(self, field: str, text: str, message: str) -> None:
        product, browser = create_variant("MUG").product, operator_client("Catalogue editor")
        address = f"/admin/catalog/product/{product.pk}/change/"
        opened, before = form_data(browser.get(address)), contents()

        refused = browser.post(address, opened | {field: text})

        assert (refused.status_code, message in refused.content.decode()) == (200, True)
        assert contents() == before

    def test_may_have_lines_in_a_long_field_and_is_stored_in_one_spelling(self) -> None:
        product, browser = create_variant("MUG").product, operator_client("Catalogue editor")
        address = f"/admin/catalog/product/{product.pk}/change/"

        browser.post(address, form_data(browser.get(address)) | {"description": "Cafe\u0301\r\nBlue"})

        assert Product.objects.get().description == "Café\nBlue"

    def test_is_checked_by_the_form_of_every_dialog(self) -> None:
        dialogs = [
            action.dialog["form_class"]
            for model_admin in _model_admins()
            for action in model_admin._get_base_actions_detail()
            if action.dialog and action.dialog["form_class"]
        ]

        assert len(dialogs) > 3
        assert all(issubclass(form, CleanTextMixin) for form in dialogs)


@pytest.mark.parametrize("field", ["name", "brand", "category", "supplier"])
def test_a_null_byte_is_refused_before_a_field_queries_the_database(field: str) -> None:
    fill_shop()
    browser, address = (
        operator_client(),
        reverse("admin:catalog_product_change", args=[Product.objects.get(slug="mug").pk]),
    )
    browser.raise_request_exception = False
    form, before = form_data(browser.get(address)), contents()

    answer = browser.post(address, form | {field: "\0"})

    assert answer.status_code == 400
    assert [row for row in contents() if row not in before and row[0] != "identity.django_session"] == []
