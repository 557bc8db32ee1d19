"""When campaigns work."""

import time

from celery import shared_task

from campaigns import clicks, newsletters

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
