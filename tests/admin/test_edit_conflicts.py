"""Two operators have the same form open: neither undoes what the other has saved."""

from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from backoffice.pages import BaseAdmin
from backoffice.saving import ConflictCheckingAdmin
from contexts.catalog.models import Brand, Picture, Product, Variant
from contexts.identity.models import User
from tests.admin.forms import another_value, change_forms, editable_fields, fill_shop
from tests.admin.operators import create_operator, form_data, operator_client, sign_in
from tests.pictures import upload
from tests.shop import create_variant
from tests.tables import contents

LOGGED = ("identity.django_admin_log", "identity.django_session")
WITHOUT_SNAPSHOT = {"catalog.stock"}  # its form contains only the change, and no stored values


@pytest.fixture
def product() -> Product:
    return create_variant("MUG", price="10.00").product


@pytest.fixture
def kim() -> Client:
    return operator_client()


@pytest.fixture
def lou() -> Client:
    return operator_client(email="lou.other@example.com")


def page_of(product: Product) -> str:
    return f"/admin/catalog/product/{product.pk}/change/"


def stored() -> list[tuple[str, str]]:
    return [row for row in contents() if row[0] not in LOGGED]


def conflict_changes(page: Any) -> list[str]:
    """Return the changes of others that a page lists."""
    assert page.status_code == 200
    changes: list[str] = page.context["conflict"].changes
    assert all(change.replace("“", "").split(":")[0] in page.content.decode().replace("“", "") for change in changes)
    return changes


@pytest.mark.django_db(databases="__all__")
class TestEveryForm:
    def test_undoes_nothing_that_another_has_saved_since_it_was_opened(self, kim: Client, lou: Client) -> None:
        fill_shop()
        forms = dict(change_forms())

        tried = {model._meta.label_lower: self._both_save(address, kim, lou) for model, address in forms.items()}

        assert {label for label, count in tried.items() if not count} == WITHOUT_SNAPSHOT
        assert {"catalog.product", "basket.coupon", "identity.user"} <= tried.keys()

    def test_detects_conflicts_through_the_base_class_of_every_page(self) -> None:
        assert issubclass(BaseAdmin, ConflictCheckingAdmin)
        assert all(isinstance(model_admin, BaseAdmin) for model_admin in admin.site._registry.values())

    @pytest.mark.parametrize("option", ["list_editable", "ordering_field"])
    def test_is_not_replaced_by_a_list_with_editable_rows(self, option: str) -> None:
        page = type("Editable", (BaseAdmin,), {option: ("name",)})

        with pytest.raises(ImproperlyConfigured, match="would overwrite what others have saved"):
            admin.site.register(Brand, page)

    def _both_save(self, address: str, kim: Client, lou: Client) -> int:
        """Change every field as Lou while Kim has the form open, and return how many of them Kim's page lists."""
        opened, page = form_data(kim.get(address)), lou.get(address)
        others = form_data(page)
        changes: dict[str, Any] = {}
        for field in editable_fields(page):
            changes |= another_value(field)
        saved = lou.post(address, others | changes)
        assert saved.status_code == 302, saved.context["errors"]
        after = stored()

        answer = kim.post(address, opened)

        if '"rows":{"":{}}' in opened["snapshot"]:
            return 0
        assert stored() == after, address
        text, labels = " ".join(conflict_changes(answer)), [str(field.label) for field in editable_fields(page)]
        assert [label for label in labels if label not in text] == []
        assert kim.post(address, form_data(answer)).status_code == 302
        assert stored() == after, address
        return len(labels)


@pytest.mark.django_db(databases="__all__")
def test_a_sign_in_does_not_count_as_a_save(kim: Client) -> None:
    other = create_operator("Order desk", "lou@example.com")
    address = f"/admin/identity/user/{other.pk}/change/"
    opened = form_data(kim.get(address))
    sign_in(Client(), other.email)
    User.objects.filter(pk=other.pk).update(name="Lou")

    answer = kim.post(address, opened)

    assert conflict_changes(answer) == ["Name: “Lou”, was empty."]
    assert answer.context["conflict"].editors == ""


@pytest.mark.django_db(databases="__all__")
class TestAProduct:
    def test_keeps_the_price_and_sale_that_another_has_saved(self, product: Product, kim: Client, lou: Client) -> None:
        opened = form_data(kim.get(page_of(product)))
        self._lower_the_price(product, lou)

        answer = kim.post(page_of(product), opened | {"description": "Enamelled"})

        assert conflict_changes(answer) == [
            "On sale: “no”, was “yes”.",
            "Price, EUR of variant “MUG”: “7.00”, was “10.00”.",
        ]
        assert "saved by lou.other@example.com at" in answer.content.decode()
        assert self._now(product) == ("", False, "7.00")
        assert kim.post(page_of(product), form_data(answer)).status_code == 302
        assert self._now(product) == ("Enamelled", False, "7.00")

    def test_is_saved_by_both_one_after_the_other(self, product: Product, kim: Client, lou: Client) -> None:
        self._lower_the_price(product, lou)

        opened = form_data(kim.get(page_of(product)))

        assert kim.post(page_of(product), opened | {"description": "Enamelled"}).status_code == 302
        assert self._now(product) == ("Enamelled", False, "7.00")

    def test_keeps_the_sent_value_if_both_have_changed_one_field(
        self, product: Product, kim: Client, lou: Client
    ) -> None:
        opened = form_data(kim.get(page_of(product)))
        lou.post(page_of(product), form_data(lou.get(page_of(product))) | {"description": "By Lou"})

        answer = kim.post(page_of(product), opened | {"description": "By Kim"})

        text = "Description: “By Lou”, was empty. You have changed it, too: your value is below."
        assert conflict_changes(answer) == [text]
        assert form_data(answer)["description"] == "By Kim"
        kim.post(page_of(product), form_data(answer))
        assert self._now(product)[0] == "By Kim"

    def test_shows_a_variant_that_another_has_added_and_keeps_the_new_one(
        self, product: Product, kim: Client, lou: Client
    ) -> None:
        opened = form_data(kim.get(page_of(product)))
        lou.post(page_of(product), self._with_variant(form_data(lou.get(page_of(product))), "MUG-XL"))

        answer = kim.post(page_of(product), self._with_variant(opened, "MUG-S"))

        assert conflict_changes(answer) == ["Added: variant “MUG-XL”."]
        again = form_data(answer) | {
            "variants-2-sku": "MUG-S",
            "variants-2-price": "15.00",
            "variants-2-weight_grams": "1",
        }
        again |= {"variants-2-position": "1", "variants-2-product": str(product.pk)}
        assert 'value="MUG-S"' in answer.content.decode()
        assert kim.post(page_of(product), again).status_code == 302
        assert set(Variant.objects.values_list("pk", flat=True)) == {"MUG", "MUG-XL", "MUG-S"}

    def test_does_not_restore_a_picture_that_another_has_removed(
        self, product: Product, kim: Client, lou: Client
    ) -> None:
        with_picture = form_data(lou.get(page_of(product))) | {
            "pictures-TOTAL_FORMS": "1", "pictures-0-upload": upload(), "pictures-0-alt": "A mug",
        }  # fmt: skip
        lou.post(page_of(product), with_picture)
        opened = form_data(kim.get(page_of(product)))
        lou.post(page_of(product), form_data(lou.get(page_of(product))) | {"pictures-0-DELETE": "on"})

        answer = kim.post(page_of(product), opened | {"pictures-0-alt": "A red mug"})

        assert conflict_changes(answer) == ["Removed: picture “A mug”."]
        assert kim.post(page_of(product), form_data(answer)).status_code == 302
        assert not Picture.objects.exists()

    def test_asks_for_a_file_again_since_a_page_cannot_show_it(
        self, product: Product, kim: Client, lou: Client
    ) -> None:
        opened = form_data(kim.get(page_of(product)))
        self._lower_the_price(product, lou)
        new = {"pictures-TOTAL_FORMS": "1", "pictures-0-upload": upload(), "pictures-0-alt": "A mug"}

        answer = kim.post(page_of(product), opened | new)

        assert "Choose the files again" in answer.content.decode()
        assert 'value="A mug"' in answer.content.decode()
        assert not Picture.objects.exists()

    def test_is_not_created_again_after_it_was_deleted(self, kim: Client) -> None:
        brand = Brand.objects.create(slug="acme", name="Acme")
        address = "/admin/catalog/brand/acme/change/"
        opened = form_data(kim.get(address))
        brand.delete()

        assert kim.post(address, opened | {"name": "Acme Ltd"}).status_code == 404
        assert not Brand.objects.exists()

    @pytest.mark.parametrize(
        "snapshot",
        [
            *("", "{}", "[]", "null", "no JSON"),
            '{"at":"2026-01-01T00:00:00","rows":{}}',
            '{"at":"2026-01-01T00:00:00Z","rows":{"":{"brand":["\\u0000"]}}}',
            f'{{"at":"2026-01-01T00:00:00Z","rows":{{}},"more":{"[" * 100_000}{"]" * 100_000}}}',
        ],
        ids=["nothing", "{}", "[]", "null", "no JSON", "no time zone", "a null byte", "no end"],
    )
    def test_is_not_saved_by_a_page_without_a_valid_snapshot(
        self, product: Product, kim: Client, snapshot: str
    ) -> None:
        opened = form_data(kim.get(page_of(product)))

        answer = kim.post(page_of(product), opened | {"name": "Bowl", "snapshot": snapshot})

        assert "did not send what it had shown" in answer.content.decode()
        assert Product.objects.get().name == "Mug"
        assert form_data(answer)["name"] == "Bowl"

    def _lower_the_price(self, product: Product, lou: Client) -> None:
        form = form_data(lou.get(page_of(product))) | {"variants-0-price": "7.00"}
        del form["on_sale"]
        assert lou.post(page_of(product), form).status_code == 302

    def _now(self, product: Product) -> tuple[str, bool, str]:
        row = Product.objects.get(pk=product.pk)
        return row.description, row.on_sale, str(Variant.objects.get().price)

    def _with_variant(self, form: dict[str, Any], sku: str) -> dict[str, Any]:
        return form | {
            "variants-TOTAL_FORMS": "2",
            "variants-1-sku": sku,
            "variants-1-price": "15.00",
            "variants-1-weight_grams": "1",
            "variants-1-position": "1",
            "variants-1-product": form["variants-0-product"],
        }
