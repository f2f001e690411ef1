"""The operators' pages of products, variants, categories and stock."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote

from backoffice.pages import REFUSED
from contexts.catalog.models import Brand, Category, Product, Stock, StockMovement, Supplier, Variant
from tests.admin.operators import form_data, operator_client, shown_messages
from tests.catalog.variants import create_variant
from tests.shop import Shopper

pytestmark = pytest.mark.django_db(databases="__all__")

STOCK = "/admin/catalog/stock/MUG/change/"


def page_of(product: Product) -> str:
    return f"/admin/catalog/product/{product.pk}/change/"


class TestAProduct:
    def test_is_changed_with_its_attributes_and_prices_in_one_form(self) -> None:
        product, browser = create_variant("MUG").product, operator_client("Catalogue editor")
        form = form_data(browser.get(page_of(product)))

        form |= {
            "name": "Enamel mug",
            "attributes": "Capacity: 330 ml\nDishwasher safe: yes",
            "variants-0-price": "12.50",
        }
        saved = browser.post(page_of(product), form)

        assert saved.status_code == 302
        product.refresh_from_db()
        assert product.name == "Enamel mug"
        assert product.attributes == [
            {"name": "Capacity", "value": 330, "unit": "ml"},
            {"name": "Dishwasher safe", "value": True, "unit": ""},
        ]
        assert str(Variant.objects.get(pk="MUG").price) == "12.50"

    def test_shows_its_attributes_as_lines_and_saves_them_unchanged(self) -> None:
        product, browser = create_variant("MUG").product, operator_client("Catalogue editor")
        product.attributes = [{"name": "Edition", "value": "2", "unit": ""}, {"name": "Size", "value": 2, "unit": "m"}]
        product.save()

        page = browser.get(page_of(product))
        form = form_data(page)

        assert form["attributes"] == 'Edition: "2"\nSize: 2 m'
        assert browser.post(page_of(product), form).status_code == 302
        assert Product.objects.get(pk=product.pk).attributes == product.attributes

    def test_names_the_line_of_an_attribute_that_it_cannot_read(self) -> None:
        product, browser = create_variant("MUG").product, operator_client("Catalogue editor")
        form = form_data(browser.get(page_of(product))) | {"attributes": "Capacity: 330 ml\nOak"}

        refused = browser.post(page_of(product), form)

        assert "Line 2: a colon is missing" in refused.content.decode()
        assert Product.objects.get(pk=product.pk).attributes == []

    def test_refuses_another_sku_for_a_variant(self) -> None:
        product, browser = create_variant("MUG").product, operator_client("Catalogue editor")
        form = form_data(browser.get(page_of(product))) | {"variants-0-sku": "CUP"}

        refused = browser.post(page_of(product), form)

        assert "A SKU cannot be changed" in refused.content.decode()
        assert list(Variant.objects.values_list("pk", flat=True)) == ["MUG"]

    @pytest.mark.parametrize("sku", ["MUG", "BOWL", "mug", "Bowl"])
    def test_refuses_a_sku_that_exists_in_either_case(self, sku: str) -> None:
        product, browser = create_variant("MUG").product, operator_client("Catalogue editor")
        create_variant("BOWL")

        refused = browser.post(page_of(product), with_another(form_data(browser.get(page_of(product))), sku))

        assert refused.status_code == 200
        assert Variant.objects.count() == 2

    def test_gets_an_empty_stock_with_a_new_variant(self) -> None:
        product, browser = create_variant("MUG").product, operator_client("Catalogue editor")

        browser.post(page_of(product), with_another(form_data(browser.get(page_of(product))), "MUG-XL"))

        assert Stock.objects.get(pk="MUG-XL").on_hand == 0

    @pytest.mark.parametrize("sku", ["TEA/250G", "TEA 250G", "TEA%2F", "..", "-TEA", "TÉ", "T" * 41])
    def test_refuses_a_sku_outside_the_alphabet(self, sku: str) -> None:
        product, browser = create_variant("MUG").product, operator_client("Catalogue editor")

        refused = browser.post(page_of(product), with_another(form_data(browser.get(page_of(product))), sku))

        assert refused.status_code == 200
        assert list(Variant.objects.values_list("pk", flat=True)) == ["MUG"]

    def test_refuses_two_new_skus_that_differ_only_in_case(self) -> None:
        product, browser = create_variant("MUG").product, operator_client("Catalogue editor")
        form = with_another(form_data(browser.get(page_of(product))), "Mug-XL")
        third = {name.replace("-1-", "-2-"): value for name, value in form.items() if name.startswith("variants-1-")}

        refused = browser.post(
            page_of(product), form | third | {"variants-TOTAL_FORMS": "3", "variants-2-sku": "MUG-XL"}
        )

        assert "differ only in upper and lower case" in refused.content.decode()
        assert Variant.objects.count() == 1

    def test_accepts_an_existing_sku_outside_the_alphabet(self) -> None:
        product, browser = create_variant("TEA/250_2F").product, operator_client("Catalogue editor")
        Product.objects.update(slug="tea")
        page = browser.get(page_of(product))

        saved = browser.post(page_of(product), form_data(page) | {"variants-0-price": "12.50"})

        assert saved.status_code == 302
        assert str(Variant.objects.get().price) == "12.50"
        assert browser.get(stock_page_of("TEA/250_2F")).status_code == 200
        assert stock_page_of("TEA/250_2F") in page.content.decode()

    def test_is_not_on_sale_without_a_variant(self) -> None:
        product, browser = create_variant("MUG").product, operator_client("Catalogue editor")
        form = {
            name: value for name, value in form_data(browser.get(page_of(product))).items() if "variants-0" not in name
        }
        new = form | {"variants-TOTAL_FORMS": "0", "variants-INITIAL_FORMS": "0", "name": "Bare", "slug": "bare"}

        refused = browser.post("/admin/catalog/product/add/", new)
        del new["on_sale"]
        saved = browser.post("/admin/catalog/product/add/", new)
        bare = page_of(Product.objects.get(slug="bare"))
        again = browser.post(bare, form_data(browser.get(bare)) | {"on_sale": "on", "variants-TOTAL_FORMS": "0"})

        assert "A product on sale needs a variant" in refused.content.decode()
        assert saved.status_code == 302
        assert "A product on sale needs a variant" in again.content.decode()
        assert not Product.objects.get(slug="bare").on_sale

    @pytest.mark.parametrize("price", ["-1", "1.999", "a lot", "", "NaN", "1e99"])
    def test_refuses_an_invalid_price(self, price: str) -> None:
        product, browser = create_variant("MUG", price="10.00").product, operator_client("Catalogue editor")
        form = form_data(browser.get(page_of(product))) | {"variants-0-price": price}

        assert browser.post(page_of(product), form).status_code == 200
        assert str(Variant.objects.get(pk="MUG").price) == "10.00"

    def test_cannot_be_deleted(self) -> None:
        product, browser = create_variant("MUG").product, operator_client()

        assert browser.post(f"/admin/catalog/product/{product.pk}/delete/", {"post": "yes"}).status_code == 403


def stock_page_of(sku: str) -> str:
    return f"/admin/catalog/stock/{quote(sku)}/change/"


def with_another(form: dict[str, Any], sku: str) -> dict[str, Any]:
    """Add a variant to the data of a product's form with one variant."""
    return form | {
        "variants-TOTAL_FORMS": "2",
        "variants-1-sku": sku,
        "variants-1-name": "Large",
        "variants-1-price": "15.00",
        "variants-1-weight_grams": "400",
        "variants-1-position": "1",
        "variants-1-product": form["variants-0-product"],
    }


class TestASlug:
    def test_that_another_product_had_before_is_saved_with_a_warning(self) -> None:
        mug, pan = create_variant("MUG").product, create_variant("PAN").product
        browser = operator_client("Catalogue editor")
        Product.objects.filter(pk=mug.pk).update(slug="cup")

        saved = browser.post(page_of(pan), form_data(browser.get(page_of(pan))) | {"slug": "mug"}, follow=True)

        assert "Mug had the slug “mug” before." in saved.content.decode()
        assert Product.objects.get(slug="mug") == pan


class TestSale:
    def test_ends_and_begins_for_the_chosen_products_with_log_entries(self) -> None:
        mug, pan, browser = (
            create_variant("MUG").product,
            create_variant("PAN").product,
            operator_client("Catalogue editor"),
        )

        ended = self._do(browser, "take_off_sale", mug, pan)
        self._do(browser, "put_on_sale", mug)

        assert shown_messages(ended) == ["2 taken off sale."]
        assert list(Product.objects.filter(on_sale=True)) == [mug]
        log = [(entry.object_repr, entry.get_change_message()) for entry in LogEntry.objects.order_by("id")]
        assert sorted(log[:2]) == [("Mug", "Taken off sale."), ("Pan", "Taken off sale.")]
        assert log[2:] == [("Mug", "Put on sale.")]

    def test_does_not_begin_without_a_variant(self) -> None:
        mug, pan, browser = (
            create_variant("MUG").product,
            create_variant("PAN").product,
            operator_client("Catalogue editor"),
        )
        Variant.objects.filter(pk="PAN").delete()
        Product.objects.update(on_sale=False)

        refused = self._do(browser, "put_on_sale", mug, pan)

        assert shown_messages(refused) == ["These products have no variant to sell: Pan."]
        assert not Product.objects.filter(on_sale=True).exists()
        assert not LogEntry.objects.exists()

    def test_does_not_log_products_that_are_on_sale_already(self) -> None:
        mug, browser = create_variant("MUG").product, operator_client("Catalogue editor")

        assert shown_messages(self._do(browser, "put_on_sale", mug)) == ["0 put on sale."]
        assert not LogEntry.objects.exists()

    def test_is_a_field_of_the_form_and_a_filter_of_the_list(self) -> None:
        mug, browser = create_variant("MUG").product, operator_client("Catalogue editor")
        create_variant("PAN")
        form = form_data(browser.get(page_of(mug)))
        del form["on_sale"]

        browser.post(page_of(mug), form)

        assert not Product.objects.get(pk=mug.pk).on_sale
        filtered = browser.get("/admin/catalog/product/?on_sale__exact=0").context["cl"]
        assert list(filtered.result_list) == [mug]

    def _do(self, browser: Any, action: str, *products: Product) -> Any:
        chosen = {"action": action, "_selected_action": [str(product.pk) for product in products]}
        return browser.post("/admin/catalog/product/", chosen, follow=True)


class TestHistory:
    def test_contains_the_old_and_the_new_price(self) -> None:
        product, browser = create_variant("MUG", price="10.00").product, operator_client("Catalogue editor")

        browser.post(page_of(product), form_data(browser.get(page_of(product))) | {"variants-0-price": "12.50"})

        assert LogEntry.objects.get().get_change_message() == "Changed Price 10.00 → 12.50 for variant “MUG”."


class TestStockOnThePageOfAProduct:
    def test_is_changed_with_a_reason(self) -> None:
        product, browser = create_variant("MUG", on_hand=10).product, operator_client("Catalogue editor")
        assert "10 available" in browser.get(page_of(product)).content.decode()

        done = self._change(browser, product, "MUG", 12, "received")

        assert done["HX-Redirect"] == page_of(product)
        assert Stock.objects.get(pk="MUG").on_hand == 22
        assert StockMovement.objects.get().note == "slip 7"
        assert LogEntry.objects.get().get_change_message() == "Stock of MUG: +12, goods received. slip 7"

    @pytest.mark.parametrize(
        ("sku", "delta", "reason"), [("PAN", 1, "received"), ("MUG", 0, "counted"), ("MUG", 1, "")]
    )
    def test_refuses_another_products_variant_and_an_implausible_change(
        self, sku: str, delta: int, reason: str
    ) -> None:
        product = create_variant("MUG", on_hand=10).product
        create_variant("PAN")

        shown = self._change(operator_client("Catalogue editor"), product, sku, delta, reason)

        assert (shown.status_code, "HX-Redirect" in shown.headers) == (200, False)
        assert not StockMovement.objects.exists()

    def test_is_not_changed_by_an_operator_who_may_only_view_it(self) -> None:
        product, browser = create_variant("MUG").product, operator_client("Order desk")

        assert self._change(browser, product, "MUG", 1, "received").status_code == 403
        assert not StockMovement.objects.exists()

    def test_of_an_unknown_product_is_not_found(self) -> None:
        sent = {"_form_submitted": "on", "sku": "MUG", "delta": 1, "reason": "received"}

        shown = operator_client("Catalogue editor").post("/admin/catalog/product/none/change_variant_stock/", sent)

        assert (shown.status_code, "HX-Redirect" in shown.headers) == (404, False)

    def test_never_falls_below_the_reserved_number(self) -> None:
        product, browser = create_variant("MUG", on_hand=10).product, operator_client("Catalogue editor")

        self._change(browser, product, "MUG", -11, "lost")

        assert "fewer would be left" in shown_messages(browser.get(page_of(product)))[0]
        assert not StockMovement.objects.exists()
        assert not LogEntry.objects.exists()

    def _change(self, browser: Any, product: Product, sku: str, delta: int, reason: str) -> Any:
        sent = {"_form_submitted": "on", "sku": sku, "delta": delta, "reason": reason, "note": "slip 7"}
        dialog = f"/admin/catalog/product/{product.pk}/change_variant_stock/"
        return browser.post(dialog, sent)


class TestAList:
    @pytest.mark.parametrize("model", [Product, Brand, Supplier, Category])
    def test_is_sorted_by_name_without_case_and_accents(self, model: Any) -> None:
        for slug, name in [("a", "zinc"), ("b", "Äpfel"), ("c", "apple pie")]:
            create_variant(slug, brand=slug, supplier=slug, category=slug)
            model.objects.filter(slug=slug).update(name=name)

        page = operator_client("Catalogue editor").get(f"/admin/catalog/{model._meta.model_name}/")

        assert [row.name for row in page.context["cl"].result_list] == ["Äpfel", "apple pie", "zinc"]


class TestACategory:
    def test_gets_its_path_from_its_parent(self) -> None:
        Category.objects.create(slug="kitchen", name="Kitchen", path="/kitchen/")
        browser = operator_client("Catalogue editor")

        browser.post("/admin/catalog/category/add/", {"name": "Mugs", "slug": "mugs", "parent": "kitchen"})

        assert Category.objects.get(pk="mugs").path == "/kitchen/mugs/"


class TestStock:
    @pytest.mark.parametrize(("delta", "reason", "left"), [(12, "received", 22), (-3, "lost", 7), (-10, "counted", 0)])
    def test_is_changed_with_a_reason_in_the_ledger(self, delta: int, reason: str, left: int) -> None:
        create_variant("MUG", on_hand=10)
        browser = operator_client("Catalogue editor")

        saved = self._change(browser, delta, reason, note="slip 7")

        assert saved.status_code == 302
        assert Stock.objects.get(pk="MUG").on_hand == left
        (row,) = StockMovement.objects.all()
        assert (row.stock_id, row.delta, row.reason, row.note) == ("MUG", delta, reason, "slip 7")
        assert str(row.operator_id) == browser.session["_auth_user_id"]
        ledger = operator_client("Catalogue editor", "lou@example.com").get(STOCK).content.decode()
        assert all(part in ledger for part in ("slip 7", "kim@example.com"))
        entry = LogEntry.objects.get()
        assert entry.object_repr == f"MUG: {left} available"
        assert entry.get_change_message().startswith(f"{delta:+}, ")

    @pytest.mark.parametrize(
        ("delta", "reason", "why"),
        [
            (0, "counted", "zero changes nothing"),
            (-1, "received", "leave out the minus"),
            (1, "lost", "put a minus before"),
            (1, "sold", "Select a valid choice"),
            (10_000_000, "received", "less than or equal to 1000000"),
            ("many", "received", "Enter a whole number"),
        ],
    )
    def test_refuses_an_implausible_change_and_keeps_the_input(self, delta: Any, reason: str, why: str) -> None:
        create_variant("MUG", on_hand=10)

        refused = self._change(operator_client("Catalogue editor"), delta, reason, note="slip 7")

        assert why in refused.content.decode()
        assert "slip 7" in refused.content.decode()
        self._nothing_has_changed()

    def test_never_falls_below_the_reserved_number(self) -> None:
        create_variant("MUG", on_hand=10)
        Stock.objects.update(reserved=4)
        browser = operator_client("Catalogue editor")

        refused = browser.get(self._change(browser, -7, "lost").url)

        assert shown_messages(refused) == [
            "The stock of MUG is too small: fewer would be left than are reserved for orders."
        ]
        self._nothing_has_changed()
        assert self._change(browser, -6, "lost").status_code == 302
        assert Stock.objects.get(pk="MUG").on_hand == 4

    def test_is_not_changed_by_the_order_desk(self) -> None:
        create_variant("MUG", on_hand=10)
        browser = operator_client("Order desk")

        assert browser.get(STOCK).status_code == 200
        assert self._change(browser, 5, "received").status_code == 403
        self._nothing_has_changed()

    def test_that_is_sold_is_in_the_ledger_with_its_order(self, drain: Any) -> None:
        create_variant("MUG", on_hand=10)
        shopper = Shopper()
        shopper.add("MUG", 3)
        shopper.order()
        drain()

        (row,) = StockMovement.objects.all()
        assert (row.delta, row.reason, row.operator_id) == (-3, "sold", None)
        assert row.order_id

    def _change(self, browser: Any, delta: Any, reason: str, note: str = "") -> Any:
        movements = {"movements-TOTAL_FORMS": "0", "movements-INITIAL_FORMS": "0"}
        return browser.post(STOCK, {"delta": delta, "reason": reason, "note": note} | movements)

    def _nothing_has_changed(self) -> None:
        assert Stock.objects.get(pk="MUG").on_hand == 10
        assert not StockMovement.objects.exists()
        assert not LogEntry.objects.exclude(action_flag=REFUSED).exists()
