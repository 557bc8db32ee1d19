"""The timetable of points (settings.CELERY_BEAT_SCHEDULE)."""

from celery import shared_task

from loyalty import deeds, expiry, purchases, referrals, tiers


@shared_task
def activate_points() -> None:
    """Often: pending points whose time has come, and recommendations that stood the test."""
    purchases.activate_due()
    referrals.reward_due()


@shared_task
def expire_points() -> None:
    """Hourly. Each customer is a transaction of its own: a crash loses nothing, a rerun repeats nothing."""
    expiry.run()
    expiry.warn()


@shared_task
def reward_birthdays() -> None:
    """Hourly, once a year for each person."""
    deeds.reward_birthdays()


@shared_task
def review_tiers() -> None:
    """Nightly: what was spent more than twelve months ago counts no more."""
    tiers.review_all()
