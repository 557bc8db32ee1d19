"""What is forgotten by itself."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone


@shared_task
def forget_old_sessions() -> None:
    """Each day: nobody comes back to a session that has ended, and nothing else removes it."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
