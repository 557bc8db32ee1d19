"""Triggers that note which product's listing may have changed: they see bulk updates and plain SQL, which signals do not."""

from django.db import migrations

# table: the products that changed rows of it belong to. `changed` are all rows of one statement: one note for a product, not for a row.
NOTES = {
    "catalogue_product": "SELECT coalesce(parent_id, id) FROM changed",
    "partner_stockrecord": "SELECT product_id FROM changed",
    "catalogue_productcategory": "SELECT product_id FROM changed",
    "catalogue_productattributevalue": "SELECT product_id FROM changed",
    "catalogue_productimage": "SELECT product_id FROM changed",
    "catalogue_productattributevalue_value_multi_option": (
        "SELECT v.product_id FROM changed c JOIN catalogue_productattributevalue v ON v.id = c.productattributevalue_id"
    ),
}
# Names that many products show: noted when one changes, with 0 for "what belongs to no product alone".
SHARED_NOTES = {
    "catalogue_category": (
        "SELECT pc.product_id FROM catalogue_category d JOIN catalogue_productcategory pc ON pc.category_id = d.id"
        " WHERE d.path LIKE new.path || '%' UNION SELECT 0"
    ),
    "catalogue_attributeoption": (
        "SELECT product_id FROM catalogue_productattributevalue WHERE value_option_id = new.id"
        " UNION SELECT v.product_id FROM catalogue_productattributevalue v"
        " JOIN catalogue_productattributevalue_value_multi_option m ON m.productattributevalue_id = v.id"
        " WHERE m.attributeoption_id = new.id UNION SELECT 0"
    ),
    "catalogue_productattribute": (
        "SELECT product_id FROM catalogue_productattributevalue WHERE attribute_id = new.id UNION SELECT 0"
    ),
}


def statements() -> list[tuple[str, str]]:
    found = []
    for table, products in NOTES.items():
        name = f"search_note_{table}"
        found.append(
            (
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" INSERT INTO search_stale (product_id) SELECT DISTINCT * FROM ({products}) p; RETURN NULL; END $$",
                f"DROP FUNCTION {name}() CASCADE",
            )
        )
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            found.append(
                (
                    f"CREATE TRIGGER search_note_{event.lower()} AFTER {event} ON {table}"
                    f" REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
                    migrations.RunSQL.noop,
                )
            )
    for table, products in SHARED_NOTES.items():
        name = f"search_note_{table}"
        found += [
            (
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" INSERT INTO search_stale (product_id) {products}; RETURN NULL; END $$",
                f"DROP FUNCTION {name}() CASCADE",
            ),
            # The number of subcategories changes with each new one and shows nowhere.
            (
                f"CREATE TRIGGER search_note_update AFTER UPDATE ON {table} FOR EACH ROW"
                " WHEN (to_jsonb(old) - 'numchild' IS DISTINCT FROM to_jsonb(new) - 'numchild')"
                f" EXECUTE FUNCTION {name}()",
                migrations.RunSQL.noop,
            ),
            (
                f"CREATE FUNCTION {name}_any() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " INSERT INTO search_stale (product_id) VALUES (0); RETURN NULL; END $$",
                f"DROP FUNCTION {name}_any() CASCADE",
            ),
            (
                f"CREATE TRIGGER search_note_any AFTER INSERT OR DELETE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}_any()",
                migrations.RunSQL.noop,
            ),
        ]
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_listings_and_index"),
        ("catalogue", "0033_texts_in_each_language"),
        ("partner", "0008_cost_compare_at_and_checks"),
    ]

    operations = [
        *[migrations.RunSQL(forwards, backwards) for forwards, backwards in statements()],
        # The card's texts and pictures stay out of the rows that filters and sorts read.
        migrations.RunSQL(
            "ALTER TABLE search_listing ALTER COLUMN card SET STORAGE EXTERNAL;"
            " ALTER TABLE search_listing SET (toast_tuple_target = 128)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "INSERT INTO search_state (id, stamp, lengths, listings) VALUES (1, gen_random_uuid(), '{}', 0)"
            " ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
    ]
