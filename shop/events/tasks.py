"""When deliveries are made."""

from celery import shared_task

from shop.events import delivery


@shared_task
def deliver_due_events() -> None:
    """At each commit that recorded something, and every 20 seconds as a sweep."""
    delivery.deliver_all()


@shared_task
def forget_old_deliveries() -> None:
    """Nightly: the log keeps its events for ever, the traces of who was told for a month."""
    delivery.forget_old()
