from django.db import migrations

from shop.rules.watching import watch


class Migration(migrations.Migration):
    dependencies = [
        ("shipping", "0001_ways_of_delivery"),
        ("rules", "0001_notes_of_changes"),
        ("address", "0001_initial"),
    ]

    operations = [watch("shipping_method"), watch("shipping_band"), watch("address_country")]
