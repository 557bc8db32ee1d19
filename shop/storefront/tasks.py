"""What the storefront looks after when nobody is there."""

from celery import shared_task
from django.utils import timezone

from shop.storefront import left, waiting


@shared_task
def note_baskets_left() -> None:
    """Every five minutes."""
    left.note(timezone.now())


@shared_task
def tell_who_waits() -> None:
    """Every five minutes."""
    waiting.tell(timezone.now())
