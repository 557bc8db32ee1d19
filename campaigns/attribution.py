"""Which message brought an order: the one whose link the buyer followed last, within five days before it.

Clicks only, and only those of people who agreed to statistics. What a newsletter was worth is another question, and
the people who were held out answer it.
"""

from datetime import datetime, timedelta

from django.db import transaction

from campaigns import clicks
from campaigns.models import Attribution, Click
from shop.forks.order.models import Order

WINDOW = timedelta(days=5)


@transaction.atomic
def attribute(order: Order) -> Attribution | None:
    """Write down which message an order is owed to, if any; the first answer stays."""
    if order.customer_id is None:
        return None
    clicks.judge_of(order.customer_id)
    click = last_click(order.customer_id, order.date_placed)
    if click is None or click.message_id is None:
        return None
    row, _is_new = Attribution.objects.get_or_create(
        order=order, defaults={"message_id": click.message_id, "clicked_at": click.happened_at}
    )
    return row


def last_click(customer_id: int, before: datetime) -> Click | None:
    """The person's last click of their own within the window."""
    own = Click.objects.filter(message__customer=customer_id, by=Click.By.HUMAN)
    return own.filter(happened_at__lte=before, happened_at__gt=before - WINDOW).order_by("-happened_at", "-pk").first()
