"""
The list by its sort key, and SKUs without twins.

Those of the older version's lists go at once: until the upgrade is done it sorts without them, which is slower.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper

LISTS = {
    "product_in_order": ("product_by_name", []),
    "product_of_brand": ("product_by_brand", ["brand"]),
    "product_of_supplier": ("product_by_supplier", ["supplier"]),
    "product_of_category": ("product_by_category", ["category"]),
}


def index(name: str, fields: list[str]) -> AddIndexConcurrently:
    made = models.Index(fields=[*fields, "sort_key", "id"], include=("on_sale",), name=name)
    return AddIndexConcurrently("product", made)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0007_fill_sort_keys")]

    operations = [
        *(index(name, fields) for name, (_, fields) in LISTS.items()),
        *(RemoveIndexConcurrently("product", old) for old, _ in LISTS.values()),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY variant_sku_once ON catalog_variant (upper(sku))",
                    "DROP INDEX variant_sku_once",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    "variant",
                    models.UniqueConstraint(
                        Upper("sku"),
                        name="variant_sku_once",
                        violation_error_message="There is such a SKU already; upper and lower case are the same.",
                    ),
                )
            ],
        ),
    ]
