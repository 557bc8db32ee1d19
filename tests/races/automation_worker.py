"""The Celery application of the tests that kill workers of automations: that of newsletters, and with `HASTY` one that takes
a step first and writes its message afterwards, in a transaction of its own."""

import os
import time
from datetime import datetime

from tests.races.newsletter_worker import app

__all__ = ["app"]

from campaigns.automations import running  # noqa: E402
from campaigns.automations.steps import SEND  # noqa: E402
from campaigns.models import Passed, Run  # noqa: E402
from shop.events import delivery  # noqa: E402

delivery.RETRIES = (1,) * 50


def hasty(now: datetime) -> bool:
    """Says "done" before it is done, as one does who wants nothing twice."""
    run = Run.objects.due(now).select_related("version", "automation", "customer").first()
    if run is None:
        return False
    step, at = run.steps[run.position], run.position
    is_last = at + 1 >= len(run.steps)
    ours = Run.objects.filter(pk=run.pk, position=at, state=Run.State.UNDER_WAY)
    if not ours.update(position=at + 1, due_at=now, state=Run.State.DONE if is_last else Run.State.UNDER_WAY):
        return True
    time.sleep(0.1)
    message = running._message(run, step, now) if step["do"] == SEND else None
    Passed.objects.create(run=run, position=at, message=message)
    return True


if os.environ.get("HASTY"):
    running._advance_one = hasty
