"""When customers are asked. Everything that must happen is a row first; these only look for what is due."""

from celery import shared_task
from django.utils import timezone

from feedback import requests, surveys


@shared_task
def ask_customers() -> None:
    """Every five minutes: surveys, reminders and review requests whose time has come."""
    now = timezone.now()
    for asking in (surveys, requests):
        asking.send_due(now)
        asking.note_withheld(now)
        asking.remind_due(now)
