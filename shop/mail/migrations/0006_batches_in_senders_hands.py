import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

# Senders that are at work while this runs are about to be stopped. What they hold is settled as if they had died.
_SETTLED = """
UPDATE mail_message SET
  state = CASE WHEN topic <> '' AND started_at IS NOT NULL THEN 'uncertain' ELSE 'queued' END
WHERE state = 'sending'
"""


class Migration(migrations.Migration):
    dependencies = [("mail", "0005_attention_budget_and_decisions")]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "message_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="messages"
                    ),
                ),
                (
                    "place",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Counted from 1; 0: none yet.", verbose_name="handing over"
                    ),
                ),
                (
                    "claimed_at",
                    models.DateTimeField(help_text="The same moment as that of its messages.", verbose_name="claimed"),
                ),
                ("heard_at", models.DateTimeField(verbose_name="last heard of")),
            ],
            options={
                "verbose_name": "batch of messages",
                "verbose_name_plural": "batches of messages",
                "ordering": ["pk"],
            },
        ),
        migrations.RunSQL(_SETTLED, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="message", name="queued_messages"),
        migrations.RemoveIndex(model_name="message", name="messages_being_sent"),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=Q(("state", "queued"), ("topic", "")), fields=["due_at", "id"], name="queued_needed_messages"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=Q(("state", "queued"), Q(("topic", ""), _negated=True)),
                fields=["due_at", "id"],
                name="queued_marketing",
            ),
        ),
        migrations.RemoveField(model_name="message", name="started_at"),
    ]
