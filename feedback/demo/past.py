"""The deliveries of the demo's history, read back from the books."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy
from django.utils import translation
from django.utils.translation import gettext

from feedback.models import Response
from shop.customers.models import Consent
from shop.demo import bulk
from shop.forks.order.models import Order, OrderStatusChange
from shop.orders import statuses
from shop.orders.models import Shipment
from shop.payments.models import Refund
from shop.shipping.models import Method
from shop.storefront.checkout_form import ASKED_LATER

SAID_NO = 17  # of so many buyers one does not want to be asked


@dataclass(frozen=True)
class Arrival:
    """One order that reached its buyer. `trouble`: late, broken, or nothing."""

    order_id: int
    number: str
    customer_id: int
    language: str
    email: str
    name: str
    delivered_at: datetime
    trouble: str
    refunded_at: datetime | None
    is_gone: bool  # everything went back

    def says_no(self, seed: int) -> bool:
        """Whether its buyer does not want to be asked: by their address, because numbers differ from one build to the next."""
        return crc32(f"{seed} {self.email}".encode()) % SAID_NO == 0


@dataclass(frozen=True)
class Answered:
    """A response with the order it is about."""

    response: Response
    arrival: Arrival


@cache
def voices() -> dict[str, Any]:
    """What people say, by language."""
    return tomllib.loads((Path(__file__).parent / "voices.toml").read_text("utf-8"))


def delivered(now: datetime) -> list[Arrival]:
    """Every order that arrived, the first one first; five queries."""
    arrived = dict(
        OrderStatusChange.objects.filter(new_status=statuses.DELIVERED, date_created__lt=now).values_list(
            "order", "date_created"
        )
    )
    sent = dict(Shipment.objects.order_by("shipped_at").values_list("order", "shipped_at"))
    refunds = {order: (moment, reason) for order, moment, reason in Refund.objects.values_list("order", "created_at", "reason")}
    longest = dict(Method.objects.values_list("code", "days_max"))
    orders = Order.objects.filter(pk__in=arrived, customer__isnull=False).select_related("shipping_address")
    found = []
    for order in orders.iterator(chunk_size=2000):
        moment, refund = arrived[order.pk], refunds.get(order.pk)
        days = numpy.busday_count(sent[order.pk].date(), moment.date())
        is_late = bool(days > longest.get(order.shipping_code, 3) + 1)
        is_broken = bool(refund) and not is_late
        found.append(
            Arrival(
                order_id=order.pk,
                number=order.number,
                customer_id=order.customer_id,
                language=order.language,
                email=order.guest_email,
                name=f"{order.shipping_address.first_name} {order.shipping_address.last_name}",
                delivered_at=moment,
                trouble="late" if is_late else "broken" if is_broken else "",
                refunded_at=refund[0] if refund else None,
                is_gone=order.status == statuses.REFUNDED,
            )
        )
    return sorted(found, key=lambda one: (one.delivered_at, one.order_id))


def consent_to_questions(arrivals: list[Arrival], seed: int) -> None:
    """The checkout says that we ask: written down for everybody who ordered and has not decided otherwise."""
    topic = Consent.Topic.SURVEYS
    decided = set(Consent.objects.filter(topic=topic).values_list("customer", flat=True))
    wordings = {}
    for code in {one.language for one in arrivals}:
        with translation.override(code):
            wordings[code] = gettext(ASKED_LATER)
    rows = []
    for one in arrivals:
        if one.customer_id in decided:
            continue
        decided.add(one.customer_id)
        rows.append(
            Consent(
                customer_id=one.customer_id,
                topic=topic,
                is_given=True,
                source=Consent.Source.CHECKOUT,
                wording=wordings[one.language],
                happened_at=one.delivered_at - timedelta(days=4),
            )
        )
        if one.says_no(seed):
            moment = one.delivered_at + timedelta(days=3, hours=5)
            rows.append(
                Consent(
                    customer_id=one.customer_id,
                    topic=topic,
                    is_given=False,
                    source=Consent.Source.UNSUBSCRIBE,
                    happened_at=moment,
                )
            )
    bulk.write(Consent, rows)
