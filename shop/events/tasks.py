"""When deliveries are made."""

from celery import shared_task

from shop.events import delivery


@shared_task
def deliver_due_events() -> None:
    """At each commit that recorded something, and every minute as a sweep."""
    delivery.deliver_all()
