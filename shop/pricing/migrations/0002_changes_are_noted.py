from django.db import migrations

from shop.rules.watching import watch


class Migration(migrations.Migration):
    dependencies = [
        ("pricing", "0001_tax_rates"),
        ("rules", "0001_notes_of_changes"),
        ("offer", "0015_budget_and_uses_hold"),
        ("catalogue", "0035_attribute_unit"),
    ]

    operations = [
        watch("pricing_taxrate"),
        # Every order counts what it uses: the numbers are read when they are needed, never kept.
        watch("offer_conditionaloffer", apart_from=("num_applications", "num_orders", "total_discount")),
        watch("offer_conditionaloffer_combinations"),
        watch("offer_condition"),
        watch("offer_benefit"),
        watch("offer_range"),
        watch("offer_range_classes"),
        watch("offer_range_included_categories"),
        watch("offer_range_excluded_categories"),
        watch("catalogue_category", apart_from=("numchild",)),
    ]
