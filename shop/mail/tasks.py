"""When mail leaves."""

from celery import shared_task

from shop.mail import sending


@shared_task
def send_due_messages() -> None:
    """After each commit that wrote a message, and every 20 seconds as a sweep."""
    sending.sweep()
    sending.send_due()
