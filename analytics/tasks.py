"""When days are filled."""

from celery import shared_task
from django.utils import timezone

from analytics import agreeing, filling, portraits, visits


@shared_task
def fill_days() -> None:
    """Each half minute: days with something new, and the day that has begun. Does nothing while another worker is at them."""
    filling.catch_up()


@shared_task
def rebuild_figures() -> None:
    """Nightly: everything anew from the orders, and an error in the log if that came to anything else."""
    filling.rebuild()


@shared_task
def draw_portraits() -> None:
    """Nightly: RFM groups and forecasts of all buyers."""
    portraits.draw(timezone.localdate())
    portraits.look_back(timezone.localdate())


@shared_task
def keep_visits() -> None:
    """Each third of a minute: what pages noted of visits goes into the database."""
    visits.keep_all()


@shared_task
def forget_old_visits() -> None:
    """Daily: visits that the shop may not keep any longer."""
    agreeing.forget_old()
