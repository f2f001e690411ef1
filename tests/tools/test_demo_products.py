"""The demo shop's products: the same at every start, and plausible."""

import re
from collections import Counter
from decimal import Decimal
from itertools import chain
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db.models import Sum
from django.test import Client

from contexts.catalog.adapters.drawing import drawing
from contexts.catalog.adapters.shapes import SHAPES
from contexts.catalog.models import Brand, Category, Product, Stock, StockMovement, Supplier, Variant
from tests.shop import NOW, create_variant
from tools.seeding import products as seeding
from tools.seeding.product_data import taxonomy
from tools.seeding.product_generator import DemoProduct, products
from tools.seeding.products import BATCH, seed

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def shop() -> list[DemoProduct]:
    return list(products(0, BATCH))


def stock_of(product: DemoProduct) -> int:
    return sum(variant.on_hand for variant in product.variants)


class TestProducts:
    def test_are_the_same_every_time(self, shop: list[DemoProduct]) -> None:
        assert list(products(0, BATCH)) == shop
        assert list(products(500, 503)) == shop[500:503]

    def test_have_slugs_and_skus_of_their_own_also_in_a_large_shop(self) -> None:
        many = list(products(0, 10 * BATCH))

        assert len({product.slug for product in many}) == len(many)
        skus = [variant.sku for product in many for variant in product.variants]
        assert len(set(skus)) == len(skus)

    def test_fit_into_their_columns(self) -> None:
        far_away = products(999 * BATCH, 1000 * BATCH)
        for product in far_away:
            assert re.fullmatch(r"[a-z0-9-]{1,80}", product.slug)
            assert len(product.name) <= 150
            for variant in product.variants:
                assert re.fullmatch(r"[A-Z0-9-]{1,40}", variant.sku)
                assert len(variant.name) <= 60

    def test_have_names_of_their_own(self, shop: list[DemoProduct]) -> None:
        assert [name for name, count in Counter(product.name for product in shop).items() if count > 1] == []

    def test_leave_no_pattern_unfilled(self, shop: list[DemoProduct]) -> None:
        for product in shop:
            texts = [product.name, product.description, *(variant.name for variant in product.variants)]
            for text in (*texts, *(str(attribute["value"]) for attribute in product.attributes)):
                assert not re.search(r"[{}<>_]|  |^\s|\s$|\bNone\b", text.rstrip("\n")), text
            assert product.description.rstrip().endswith("."), product.name

    def test_have_plausible_prices(self, shop: list[DemoProduct]) -> None:
        prices = [variant.price for product in shop for variant in product.variants]

        assert all(price == price.quantize(Decimal("0.01")) for price in prices)
        assert min(prices) >= Decimal("1.50")
        assert max(prices) <= Decimal("900.00")
        assert Decimal(15) < sorted(prices)[len(prices) // 2] < Decimal(70)

    def test_cost_more_if_they_are_larger(self, shop: list[DemoProduct]) -> None:
        sized = [product for product in shop if product.variants[0].sku.startswith(("PAN-1", "DUVET-1", "RUG-1"))]

        assert sized
        for product in sized:
            assert sorted(variant.price for variant in product.variants) == [v.price for v in product.variants]

    def test_are_mostly_there_some_scarce_and_some_sold_out(self, shop: list[DemoProduct]) -> None:
        sold_out = [product for product in shop if stock_of(product) == 0]
        scarce = [product for product in shop if 0 < stock_of(product) <= 3]

        assert 20 < len(sold_out) < 100
        assert 20 < len(scarce) < 150

    def test_have_attributes_of_one_kind_and_unit(self, shop: list[DemoProduct]) -> None:
        def kind(value: Any) -> str:
            return "number" if type(value) in (int, float) else type(value).__name__

        kinds = {(a["name"], a["unit"], kind(a["value"])) for product in shop for a in product.attributes}

        assert len({name for name, _, _ in kinds}) == len(kinds)
        assert all(product.attributes for product in shop)


class TestTaxonomy:
    def test_is_as_large_as_a_real_shops(self) -> None:
        data = taxonomy()

        assert (len(data.brands), len(data.suppliers)) == (40, 10)
        assert len(data.categories) >= 12

    def test_names_each_category_after_its_parent(self) -> None:
        seen: set[str] = set()
        for category in taxonomy().categories:
            assert category.get("parent", category["slug"]) in seen | {category["slug"]}
            seen.add(category["slug"])

    def test_gives_every_line_to_one_brand(self) -> None:
        lines = list(chain.from_iterable(brand.lines for brand in taxonomy().brands.values()))

        assert len(set(lines)) == len(lines)

    def test_is_used_completely(self, shop: list[DemoProduct]) -> None:
        data = taxonomy()

        assert {product.brand for product in shop} == set(data.brands)
        assert {product.category for product in shop} == {category["slug"] for category in data.categories}
        assert {product.supplier for product in shop} == {supplier["slug"] for supplier in data.suppliers}


@pytest.mark.django_db(databases=["catalog"])
class TestSeeding:
    def test_fills_an_empty_catalog(self) -> None:
        batches: list[int] = []

        note = seed(now=NOW, on_batch=batches.append)

        assert "1,000 products" in note
        assert (Product.objects.count(), Brand.objects.count(), Supplier.objects.count()) == (1000, 40, 10)
        assert Variant.objects.count() == Stock.objects.count() > 1500
        assert batches == [1000 + 2 * Variant.objects.count() + StockMovement.objects.count()]
        assert Variant.objects.get(sku="MUG-RED").price == Decimal("12.90")
        roots = Category.objects.filter(parent=None)
        assert all(category.path.startswith(f"/{category.path.split('/')[1]}/") for category in Category.objects.all())
        assert 12 <= roots.count() < Category.objects.count()

    def test_enters_the_opening_stock_into_the_ledger(self) -> None:
        seed(now=NOW)

        moved = dict(StockMovement.objects.values_list("stock_id").annotate(Sum("delta")))

        assert moved == dict(Stock.objects.filter(on_hand__gt=0).values_list("pk", "on_hand"))

    def test_changes_nothing_the_second_time(self) -> None:
        seed(now=NOW)
        Stock.objects.filter(pk="MUG-RED").update(on_hand=1)
        batches: list[int] = []

        seed(now=NOW, on_batch=batches.append)

        assert batches == [0]
        assert Stock.objects.get(pk="MUG-RED").on_hand == 1

    def test_adds_the_missing_products_of_a_larger_shop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(seeding, "BATCH", 150)
        seed(now=NOW)

        seed(now=NOW, scale=3)

        assert Product.objects.count() == 450

    def test_continues_after_an_interruption(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(rows: int) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(seeding, "BATCH", 150)
        with pytest.raises(KeyboardInterrupt):
            seed(now=NOW, scale=3, on_batch=interrupt)
        assert Product.objects.count() == 150

        seed(now=NOW, scale=3)

        assert Product.objects.count() == 450

    def test_does_not_touch_another_catalog(self) -> None:
        create_variant("OTHER")

        seed(now=NOW)

        assert Product.objects.count() == 1


class TestDrawings:
    @pytest.mark.parametrize("shape", [*SHAPES, "unknown"])
    def test_are_svg_without_scripts_or_anything_from_elsewhere(self, shape: str) -> None:
        svg = drawing(slug="x", path=f"/above/{shape}/", words=["Forest green"])
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own

        assert root.tag == f"{SVG}svg"
        assert {element.tag for element in root.iter()} <= {
            f"{SVG}{tag}" for tag in ("svg", "g", "path", "rect", "circle", "ellipse")
        }
        values = [value for element in root.iter() for name, value in element.attrib.items()]
        assert not [value for value in values if re.search(r"[{}<]|url|script|//", value)]
        assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]

    def test_are_the_same_every_time_and_differ_by_colour_and_product(self) -> None:
        def drawn(slug: str, word: str) -> str:
            return drawing(slug=slug, path="/kitchen/mugs-and-cups/", words=[word])

        assert drawn("mug", "Red") == drawn("mug", "Red")
        assert len({drawn("mug", "Red"), drawn("mug", "Blue"), drawn("other-mug", "Red")}) == 3

    def test_show_the_parents_shape_if_a_category_has_none(self) -> None:
        below = drawing(slug="mug", path="/toys/wooden/", words=["Oak"])

        assert below == drawing(slug="mug", path="/toys/", words=["Oak"])

    def test_contain_no_text_of_the_product(self) -> None:
        assert "script" not in drawing(slug="<script>", path="/<script>/", words=['"><script>', "{main}"])

    def test_have_a_shape_for_every_category_of_the_demo(self) -> None:
        assert {category["slug"] for category in taxonomy().categories} <= SHAPES.keys()


@pytest.mark.django_db(databases=["catalog"])
class TestPictures:
    def test_are_at_the_address_in_the_product_and_may_be_cached(self) -> None:
        create_variant("MUG", category="mugs-and-cups")
        shown = Client().get("/api/v1/catalog/products/mug").json()
        (card,) = Client().get("/api/v1/catalog/products").json()["results"]

        picture = Client().get(shown["images"][0])

        assert card["image"] == shown["images"][0]
        assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
        assert picture["Cache-Control"] == "public, max-age=2592000"
        assert picture["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert ElementTree.fromstring(picture.content).tag == f"{SVG}svg"  # noqa: S314 - our own

    def test_are_served_to_a_browsers_request(self) -> None:
        create_variant("MUG")

        for accept in ("image/svg+xml", "image/avif,image/webp,*/*;q=0.8"):
            assert Client().get("/api/v1/catalog/pictures/mug.svg", headers={"Accept": accept}).status_code == 200

    def test_of_an_unknown_product_are_a_problem_document(self) -> None:
        answer = Client().get("/api/v1/catalog/pictures/nope.svg")

        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["code"] == "not_found"
