"""When campaigns work."""

import time
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from campaigns import clicks, engagement, newsletters
from campaigns.automations import in_vain, interventions, running
from campaigns.letters import vouchers

WORKING = 240  # seconds; well before the time limit of a task


@shared_task
def send_newsletters() -> None:
    """Every 10 seconds, and when somebody starts one: begin what is due, and write the messages of what is being sent."""
    until = time.monotonic() + WORKING
    newsletters.begin_due()
    while time.monotonic() < until and newsletters.write_due():
        pass


@shared_task
def judge_clicks() -> None:
    """Every 20 seconds: visits of the last minute become clicks, of people or of machines."""
    clicks.judge()


@shared_task
def note_engagement() -> None:
    """Every 15 minutes: who got mail, clicked, or decided lately; an hour back, so that a late worker misses nothing."""
    engagement.catch_up(timezone.now() - timedelta(hours=1))


@shared_task
def review_engagement() -> None:
    """Nightly: everybody of whom anything changed within a month, also the months that ran out."""
    engagement.catch_up(timezone.now() - timedelta(days=31))


@shared_task
def advance_automations() -> None:
    """Twice a minute, and as soon as somebody enters."""
    interventions.lift_pauses(timezone.now())
    running.advance()


@shared_task
def begin_automations_of_the_day() -> None:
    """Hourly: birthdays and segments. Who has entered today does not again. And who was told in vain waits on, and vouchers
    that nobody was told of end."""
    in_vain.wait_on(timezone.now())
    vouchers.take_back(timezone.now())
    running.enter_by_day(timezone.now())
