"""The shop's Celery application for tests that kill its workers: `celery -A tests.races.newsletter_worker worker`.

The dead are found after seconds instead of minutes. `UNGUARDED` sends again what was in doubt, as a queue would.
"""

import os
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

import django

django.setup()

from shop.celery import app  # noqa: E402
from shop.mail import sending  # noqa: E402
from shop.mail.models import Batch, Message  # noqa: E402

__all__ = ["app"]

sending.STALE = timedelta(seconds=6)
if os.environ.get("UNGUARDED"):

    def again() -> int:
        silent = Batch.objects.filter(heard_at__lt=django.utils.timezone.now() - sending.STALE)
        ids = [pk for batch in silent for pk in batch.message_ids]
        silent.delete()
        return Message.objects.filter(pk__in=ids, state="sending").update(state="queued")

    sending.sweep = again
