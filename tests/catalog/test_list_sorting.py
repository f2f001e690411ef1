"""Lists sorted by name, as a person expects: without case and accents, not by code points."""

from typing import Any

import pytest
from django.db import connections

from contexts.catalog import queries
from contexts.catalog.models import Brand, Category, Product, Supplier
from tests.catalog.test_products import CATALOG, get
from tests.catalog.variants import create_variant

pytestmark = pytest.mark.django_db(databases=["catalog"])

NAMES = [
    "Zwieback",
    "apple pie",
    "Äpfel",
    "Ångström",
    "ape",
    "Øl",
    "straße",
    "Strasse 2",
    "Éclair",
    "eclair 2",
    "Жук",
    "ель",
]
SORTED_NAMES = [
    "Ångström",
    "ape",
    "Äpfel",
    "apple pie",
    "Éclair",
    "eclair 2",
    "Øl",
    "straße",
    "Strasse 2",
    "Zwieback",
    "ель",
    "Жук",
]


def create_named(sku: str, name: str) -> None:
    Product.objects.filter(pk=create_variant(sku).product.pk).update(name=name)


def test_products_are_sorted_by_name_without_case_and_accents() -> None:
    for number, name in enumerate(NAMES):
        create_named(f"SKU-{number}", name)

    assert [card["name"] for card in get(f"{CATALOG}/products")["results"]] == SORTED_NAMES


@pytest.mark.parametrize(("model", "path"), [(Brand, "brands"), (Supplier, "suppliers")])
def test_brands_and_suppliers_are_sorted_in_the_same_way(model: Any, path: str) -> None:
    model.objects.bulk_create(model(slug=f"slug-{number}", name=name) for number, name in enumerate(NAMES))

    assert [row["name"] for row in get(f"{CATALOG}/{path}")] == SORTED_NAMES


class TestCategories:
    @pytest.fixture(autouse=True)
    def _tree(self) -> None:
        for slug, name, parent in [
            ("tools", "tools", None),
            ("b", "Öfen", None),
            ("a", "Oven cloths", None),
            ("mugs", "mugs", "b"),
            ("z", "Äxte", "tools"),
            ("c", "Bohrer", "tools"),
        ]:
            path = f"/{parent}/{slug}/" if parent else f"/{slug}/"
            Category.objects.create(slug=slug, name=name, parent_id=parent, path=path)

    def listed(self) -> list[str]:
        return [row["name"] for row in get(f"{CATALOG}/categories")]

    def test_are_sorted_each_after_its_parent(self) -> None:
        assert self.listed() == ["Öfen", "mugs", "Oven cloths", "tools", "Äxte", "Bohrer"]

    def test_follow_a_parent_that_is_stored_after_them(self) -> None:
        new = [("new", "zinc", "desk"), ("desk", "Desk", None)]
        Category.objects.bulk_create(Category(slug=slug, name=name, parent_id=parent) for slug, name, parent in new)

        assert self.listed()[:2] == ["Desk", "zinc"]

    def test_move_with_their_parent_when_it_is_renamed(self) -> None:
        Category.objects.create(slug="deep", name="deep", parent_id="mugs", path="/b/mugs/deep/")
        category = Category.objects.get(pk="b")
        category.name = "Zimmeröfen"
        category.save()

        assert self.listed() == ["Oven cloths", "tools", "Äxte", "Bohrer", "Zimmeröfen", "mugs", "deep"]


def test_a_renamed_product_is_sorted_by_its_new_name_after_any_update() -> None:
    for sku in "ABC":
        create_variant(sku)
    product = Product.objects.get(slug="a")
    product.name = "Zebra"
    product.save(update_fields=["name"])
    Product.objects.filter(slug="b").update(name="äh")

    assert [card["name"] for card in get(f"{CATALOG}/products")["results"]] == ["äh", "C", "Zebra"]


def test_products_of_equal_names_have_the_same_order_on_all_pages() -> None:
    for number in range(6):
        create_named(f"SKU-{number}", ["Mug", "mug", "MÜG"][number % 3])

    pages = [get(f"{CATALOG}/products?page_size=2&page={page}")["results"] for page in (1, 2, 3)]

    ids = [card["id"] for page in pages for card in page]
    assert ids == sorted(ids)
    assert len(set(ids)) == 6


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "product_by_sort_key"),
        ({"brands": ["acme"]}, "product_by_brand"),
        ({"suppliers": ["depot"]}, "product_by_supplier"),
        ({"categories": ["things"]}, "product_by_category"),
    ],
)
def test_a_page_is_found_by_an_index_without_sorting(filters: dict[str, list[str]], index: str) -> None:
    create_variant("MUG")
    for number in range(40):
        other = f"other-{number}"
        create_variant(other, brand=other, category=other, supplier=other)
    Product.objects.update(description="x" * 1500)  # several pages, so that the planner does not read them all
    with connections["catalog"].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")

    plan = queries.products(**{"brands": [], "categories": [], "suppliers": []} | filters)[:20].explain()

    assert index in plan
    assert "Sort" not in plan
