"""
Codes of coupons that differ in upper and lower case alone become the same code.

Where there are two of one code, the first keeps it, and the others get "-2" and so on behind it: what baskets and
redemptions say of them goes along. Coupons are few, so that all is done in one transaction.
"""

from itertools import count

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Upper

LONGEST = 40


def rename_twins(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    coupons = apps.get_model("basket", "Coupon")._default_manager
    found = list(coupons.annotate(upper=Upper("code")).order_by("valid_from", "code"))
    taken, kept = {coupon.upper for coupon in found}, set[str]()
    for coupon in found:
        upper = coupon.upper
        if upper in kept:
            upper = next(name for n in count(2) if (name := f"{upper[: LONGEST - 5]}-{n}") not in taken)
            _rename(apps, coupon.code, upper)
            taken.add(upper)
        kept.add(upper)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no index can be made while one is still to be looked at


def _rename(apps: Apps, old: str, new: str) -> None:
    for model, field in (("Coupon", "code"), ("Basket", "coupon"), ("Redemption", "code")):
        apps.get_model("basket", model)._default_manager.filter(**{field: old}).update(**{field: new})


class Migration(migrations.Migration):
    dependencies = [("basket", "0001_initial")]

    operations = [
        migrations.RunPython(rename_twins, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.UniqueConstraint(
                Upper("code"),
                name="coupon_code_once",
                violation_error_message="There is a coupon of this code already; upper and lower case are the same.",
            ),
        ),
    ]
