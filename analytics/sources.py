"""What an order is put down to, written with the order: the last thing that brought its browser here."""

import time
from typing import Any

from django.db import transaction

from analytics import visiting
from analytics.models import OrderSource, Visitor
from shop.forks.order.models import Order
from shop.orders import steps


@steps.while_placing
def note_source(order: Order, details: Any, quote: Any) -> None:
    """Without consent there is nothing to write: the order comes from nowhere known."""
    visit = visiting.current()
    if visit is None:
        return
    transaction.on_commit(lambda: setattr(visit, "has_ordered", True))
    mark = visit.mark
    # The browser may have said no elsewhere, or the person been forgotten, since the cookie was written.
    visitor = mark and Visitor.objects.select_for_update(no_key=True).filter(pk=mark.visitor).first()
    if mark and visitor:
        origin = mark.origin(time.time())
        OrderSource.objects.update_or_create(
            order=order,
            defaults={
                "channel": origin.channel,
                "source": origin.source,
                "medium": origin.medium,
                "campaign": origin.campaign,
                "visitor": visitor,
            },
        )
