from django.db import migrations

from shop.rules.watching import watch


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_credits_and_their_shares"),
        ("rules", "0001_notes_of_changes"),
    ]

    operations = [watch("orders_paymentmethod")]
