"""What was there before the triggers: sort keys are filled in, and what has no variant goes off sale."""

from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

BATCH = 5000  # rows that are locked at once


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("Brand", "Supplier", "Category", "Product"):
        rows = apps.get_model("catalog", name)._default_manager
        for batch in _batches(rows):
            rows.filter(pk__in=batch).update(name=F("name"))  # and the trigger does the rest


def end_sale_without_variant(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    products = apps.get_model("catalog", "Product")._default_manager
    products.filter(on_sale=True, variants=None).update(on_sale=False)


def _batches(rows: Any) -> Iterator[list[Any]]:
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    while found:
        yield found
        found = list(rows.filter(pk__gt=found[-1]).order_by("pk").values_list("pk", flat=True)[:BATCH])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0006_kept_by_postgres")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(end_sale_without_variant, migrations.RunPython.noop),
    ]
