from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insights", "0006_first_orders_by_day")]
    operations = [
        migrations.AddIndex(
            "tally",
            models.Index(name="members_by_day", fields=["day"], include=["number"], condition=models.Q(name="members")),
        )
    ]
