from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("offer", "0016_what_a_promotion_says"),
    ]

    operations = [
        migrations.AlterField(
            model_name="conditionaloffer",
            name="audience",
            field=models.CharField(default="everybody", max_length=64, verbose_name="who gets it"),
        ),
    ]
