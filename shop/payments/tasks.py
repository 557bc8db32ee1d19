from celery import shared_task

from shop.payments import sweeping, webhooks


@shared_task
def settle_open_attempts() -> None:
    """Every minute. Safe to run twice: each step asks what is true before it acts."""
    sweeping.sweep()


@shared_task
def apply_webhooks() -> None:
    """Rung by each webhook call; what it misses the next sweep finds."""
    webhooks.apply_waiting()
