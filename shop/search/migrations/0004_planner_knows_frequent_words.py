from django.db import migrations


class Migration(migrations.Migration):
    """How many products a word has differs a lot, and the plan of a search depends on it."""

    dependencies = [("search", "0003_missed_searches")]
    operations = [
        migrations.RunSQL("ALTER TABLE search_posting ALTER COLUMN word_id SET STATISTICS 2000", migrations.RunSQL.noop)
    ]
