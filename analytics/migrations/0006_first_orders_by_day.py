from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insights", "0005_people_once_and_margins_by_line")]
    operations = [
        migrations.AddIndex(
            "sale", models.Index(name="first_orders_by_day", fields=["day", "order"], condition=models.Q(nth=1))
        )
    ]
