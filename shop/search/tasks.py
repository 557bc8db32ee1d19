"""The timetable of the search."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from shop.search import index, shelf, stamp
from shop.search.models import Listing, Search


@shared_task
def catch_up_listings() -> None:
    """Every few seconds: what changed without a signal, above all stock that orders hold. Safe to run twice at once."""
    index.catch_up()
    shelf.of(stamp.current())  # so that no shopper waits until it is read


@shared_task
def recount_sales() -> None:
    """Nightly: products whose sales leave the window, since nothing changes on them when they do."""
    index.refresh(list(Listing.objects.filter(sold__gt=0).values_list("pk", flat=True)))


@shared_task
def forget_old_searches() -> None:
    """Nightly: a year of searches is enough to learn from."""
    Search.objects.filter(happened_at__lt=timezone.now() - timedelta(days=365)).delete()
