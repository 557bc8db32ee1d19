"""Members and answers count once in a period; margins are added up from lines. Every day is filled anew."""

from django.db import migrations, models

import shop.forks.money

FILL_ANEW = """
DELETE FROM insights_tally;
INSERT INTO insights_due (day) SELECT day FROM insights_day
"""


class Migration(migrations.Migration):
    dependencies = [("insights", "0004_visits_and_the_year_ahead")]

    operations = [
        migrations.RunSQL(FILL_ANEW, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="tally",
            name="since",
            field=models.DateField(null=True, verbose_name="takes back what was counted on"),
        ),
        migrations.AlterField(
            model_name="tally",
            name="day",
            field=models.DateField(verbose_name="day"),
        ),
        migrations.AddIndex(
            model_name="tally",
            index=models.Index(fields=["day", "since"], include=("name", "number"), name="tallies_by_day"),
        ),
        migrations.RenameField("productsale", "paid_without_tax", "net_without_tax"),
        migrations.AlterField(
            model_name="productsale",
            name="net_without_tax",
            field=shop.forks.money.MoneyField(verbose_name="without tax, less what was given back"),
        ),
    ]
