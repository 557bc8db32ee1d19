from django.contrib.postgres.operations import CreateExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Two errors in a word leave too few trigrams in common: letters are compared instead."""

    dependencies = [("search", "0004_planner_knows_frequent_words")]
    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.RemoveIndex(model_name="word", name="words_by_trigram"),
    ]
