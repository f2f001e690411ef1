"""
Triggers, which hold for every program that writes, also for an older version of this code (decision 0029).

- They write the `sort_key` of each row that lists show by name: the name without case and accents; of a category, after
  the keys of its parents.
- They save the former slug of a product.
- They refuse a product on sale without a variant, at the end of the transaction, and take a product off sale with its
  last variant.
"""

from django.db import migrations

SORTED_BY_NAME = ("product", "brand", "supplier")

FUNCTIONS = r"""
CREATE FUNCTION sort_key(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT replace(replace(replace(replace(
        lower(translate(regexp_replace(normalize(btrim(name), NFKD), '[\u0300-\u036f]', '', 'g'), 'ØøŁłĐđ', 'OoLlDd')),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
$$;

CREATE FUNCTION set_sort_key() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.sort_key := sort_key(NEW.name);
    RETURN NEW;
END $$;

-- Each name ends with a character that sorts before all others, so that a category's children follow it directly.
CREATE FUNCTION set_sort_key_of_category() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.sort_key := coalesce((SELECT sort_key FROM catalog_category WHERE slug = NEW.parent_id), '')
        || sort_key(NEW.name) || chr(1);
    RETURN NEW;
END $$;

CREATE FUNCTION set_sort_keys_below_category() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE catalog_category SET sort_key = '' WHERE parent_id = NEW.slug;  -- the trigger above sets it
    RETURN NULL;
END $$;

CREATE FUNCTION save_former_slug() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO catalog_formerslug (slug, product_id) VALUES (OLD.slug, NEW.id)
        ON CONFLICT (slug) DO UPDATE SET product_id = EXCLUDED.product_id;
    RETURN NULL;
END $$;

-- Both lock the product first: otherwise a sale could begin while another transaction deletes the last variant.
CREATE FUNCTION forbid_sale_without_variant() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
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
    "set_sort_key()",
    "set_sort_key_of_category()",
    "set_sort_keys_below_category()",
    "save_former_slug()",
    "forbid_sale_without_variant()",
    "end_sale_without_variant()",
)
TRIGGERS = "".join(
    f"CREATE TRIGGER set_sort_key BEFORE INSERT OR UPDATE OF name, sort_key ON catalog_{table}"
    " FOR EACH ROW EXECUTE FUNCTION set_sort_key();"
    for table in SORTED_BY_NAME
) + """
CREATE TRIGGER set_sort_key BEFORE INSERT OR UPDATE OF name, parent_id, sort_key ON catalog_category
    FOR EACH ROW EXECUTE FUNCTION set_sort_key_of_category();
CREATE TRIGGER set_sort_keys_below_new AFTER INSERT ON catalog_category
    FOR EACH ROW EXECUTE FUNCTION set_sort_keys_below_category();
CREATE TRIGGER set_sort_keys_below AFTER UPDATE ON catalog_category
    FOR EACH ROW WHEN (OLD.sort_key <> NEW.sort_key) EXECUTE FUNCTION set_sort_keys_below_category();
CREATE TRIGGER save_former_slug AFTER UPDATE OF slug ON catalog_product
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION save_former_slug();
CREATE CONSTRAINT TRIGGER product_on_sale_has_variant AFTER INSERT OR UPDATE OF on_sale ON catalog_product
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.on_sale) EXECUTE FUNCTION forbid_sale_without_variant();
CREATE TRIGGER end_sale_without_variant AFTER DELETE ON catalog_variant
    FOR EACH ROW EXECUTE FUNCTION end_sale_without_variant();
CREATE TRIGGER end_sale_without_variant_that_moved AFTER UPDATE OF product_id ON catalog_variant
    FOR EACH ROW WHEN (OLD.product_id <> NEW.product_id) EXECUTE FUNCTION end_sale_without_variant();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, f"DROP FUNCTION {', '.join(NAMES)} CASCADE;")]
