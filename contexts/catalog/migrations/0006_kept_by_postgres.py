"""
What Postgres keeps by itself, whatever writes, an older version of this code too (decision 0029).

- `sort_key`, of all that lists show by name: the name without case and accents; of a category with those above it.
- The slug that a product had before.
- A product on sale has a variant: at the end of each transaction, and it goes off sale with its last one.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count
from django.db.models.functions import Upper

# Products first, as in the lists of the older version, which serves meanwhile: so neither locks what the other waits for.
SORTED_BY_NAME = ("product", "brand", "supplier")


def refuse_twins(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Stop before anything is changed: a SKU stands on shelves and in orders, so only the shop can say what to do."""
    skus = apps.get_model("catalog", "Variant")._default_manager.annotate(upper=Upper("sku"))
    twins = skus.values_list("upper").annotate(found=Count("pk")).filter(found__gt=1).order_by("upper")
    if found := [upper for upper, _ in twins]:
        raise ValueError(f"SKUs that differ in upper and lower case alone: {found}. Rename one of each, then go on.")


FUNCTIONS = r"""
CREATE FUNCTION sort_key(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT replace(replace(replace(replace(
        lower(translate(regexp_replace(normalize(btrim(name), NFKD), '[\u0300-\u036f]', '', 'g'), 'ØøŁłĐđ', 'OoLlDd')),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
$$;

CREATE FUNCTION keep_sort_key() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.sort_key := sort_key(NEW.name);
    RETURN NEW;
END $$;

-- Each name ends with a character that sorts before all others: what is below a category follows it at once.
CREATE FUNCTION keep_sort_key_of_category() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.sort_key := coalesce((SELECT sort_key FROM catalog_category WHERE slug = NEW.parent_id), '')
        || sort_key(NEW.name) || chr(1);
    RETURN NEW;
END $$;

CREATE FUNCTION keep_sort_keys_below_category() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE catalog_category SET sort_key = '' WHERE parent_id = NEW.slug;  -- which the trigger above makes right
    RETURN NULL;
END $$;

CREATE FUNCTION keep_former_slug() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO catalog_formerslug (slug, product_id) VALUES (OLD.slug, NEW.id)
        ON CONFLICT (slug) DO UPDATE SET product_id = EXCLUDED.product_id;
    RETURN NULL;
END $$;

-- Both lock the product before they look: else a sale that begins and a variant that goes might not see each other.
CREATE FUNCTION refuse_sale_without_variant() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM 1 FROM catalog_product WHERE id = NEW.id AND on_sale FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (SELECT 1 FROM catalog_variant WHERE product_id = NEW.id) THEN
        RAISE EXCEPTION 'product % has no variant, and so cannot be on sale', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'product_on_sale_has_variant';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION end_sale_without_variant() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM 1 FROM catalog_product WHERE id = OLD.product_id FOR NO KEY UPDATE;
    UPDATE catalog_product SET on_sale = false WHERE id = OLD.product_id AND on_sale
        AND NOT EXISTS (SELECT 1 FROM catalog_variant WHERE product_id = OLD.product_id);
    RETURN NULL;
END $$;
"""
NAMES = (
    "sort_key(text)",
    "keep_sort_key()",
    "keep_sort_key_of_category()",
    "keep_sort_keys_below_category()",
    "keep_former_slug()",
    "refuse_sale_without_variant()",
    "end_sale_without_variant()",
)
TRIGGERS = "".join(
    f"CREATE TRIGGER keep_sort_key BEFORE INSERT OR UPDATE OF name, sort_key ON catalog_{table}"
    " FOR EACH ROW EXECUTE FUNCTION keep_sort_key();"
    for table in SORTED_BY_NAME
) + """
CREATE TRIGGER keep_sort_key BEFORE INSERT OR UPDATE OF name, parent_id, sort_key ON catalog_category
    FOR EACH ROW EXECUTE FUNCTION keep_sort_key_of_category();
CREATE TRIGGER keep_sort_keys_below_new AFTER INSERT ON catalog_category
    FOR EACH ROW EXECUTE FUNCTION keep_sort_keys_below_category();
CREATE TRIGGER keep_sort_keys_below AFTER UPDATE ON catalog_category
    FOR EACH ROW WHEN (OLD.sort_key <> NEW.sort_key) EXECUTE FUNCTION keep_sort_keys_below_category();
CREATE TRIGGER keep_former_slug AFTER UPDATE OF slug ON catalog_product
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION keep_former_slug();
CREATE CONSTRAINT TRIGGER product_on_sale_has_variant AFTER INSERT OR UPDATE OF on_sale ON catalog_product
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.on_sale) EXECUTE FUNCTION refuse_sale_without_variant();
CREATE TRIGGER end_sale_without_variant AFTER DELETE ON catalog_variant
    FOR EACH ROW EXECUTE FUNCTION end_sale_without_variant();
CREATE TRIGGER end_sale_without_variant_that_moved AFTER UPDATE OF product_id ON catalog_variant
    FOR EACH ROW WHEN (OLD.product_id <> NEW.product_id) EXECUTE FUNCTION end_sale_without_variant();
"""


def add_sort_key(model: str) -> migrations.AddField:
    field = models.TextField(db_collation="C", db_default="", editable=False)
    return migrations.AddField(model_name=model, name="sort_key", field=field)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_pictures_and_sale")]

    operations = [
        migrations.RunPython(refuse_twins, migrations.RunPython.noop),
        *(add_sort_key(model) for model in (*SORTED_BY_NAME, "category")),
        migrations.CreateModel(
            name="FormerSlug",
            fields=[
                ("slug", models.SlugField(max_length=80, primary_key=True, serialize=False)),
                (
                    "product",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="catalog.product"),
                ),
            ],
        ),
        migrations.RunSQL(
            FUNCTIONS + TRIGGERS, f"DROP FUNCTION {', '.join(NAMES)} CASCADE;"
        ),
    ]
