"""Whether a browser may be traced, and the cookie that remembers it either way."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from analytics.models import OrderSource, Visit, Visitor
from analytics.origins import DIRECT, Origin, clean
from shop.customers import consent
from shop.customers.models import Consent, Customer

COOKIE = "visits"
LIFETIME = timedelta(days=180)  # then the question is asked anew, whatever the answer was
NO = "no"
TOUCH = timedelta(days=30)  # for so long an order is put down to what brought the browser here
_SALT = "analytics.visits"
_TOPIC = Consent.Topic.STATISTICS
_WEB = Consent.Channel.WEB
_SOURCE = Consent.Source.BANNER


@dataclass(frozen=True)
class Mark:
    """What the cookie of somebody who agreed holds: who, which visit, how far, and what last brought them here."""

    visitor: str
    visit: str = ""
    seen_at: int = 0  # seconds
    reached: int = 0  # one bit for each step
    touch: Origin = DIRECT
    touched_at: int = 0
    agreed_at: int = field(default_factory=lambda: int(time.time()))

    def dumped(self) -> str:
        touch = self.touch
        values = [touch.channel, touch.source, touch.medium, touch.campaign]
        return signing.dumps(
            [self.visitor, self.visit, self.seen_at, self.reached, self.touched_at, self.agreed_at, *values], salt=_SALT
        )

    @classmethod
    def loaded(cls, cookie: str) -> Self | None:
        """None for anything that we did not write, and for an answer that is too old."""
        try:
            visitor, visit, seen_at, reached, touched_at, agreed_at, *touch = signing.loads(cookie, salt=_SALT)
            mark = cls(
                uuid.UUID(visitor).hex, visit and uuid.UUID(visit).hex, int(seen_at), int(reached),
                Origin(*(clean(text) for text in touch)), int(touched_at), int(agreed_at),
            )  # fmt: skip
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return mark if time.time() - mark.agreed_at < LIFETIME.total_seconds() else None

    def origin(self, now: float) -> Origin:
        """What an order of now is put down to: the last thing that brought them here other than the address typed."""
        return self.touch if now - self.touched_at < TOUCH.total_seconds() else DIRECT

    def touched(self, origin: Origin, now: float) -> Self:
        if origin.is_direct:
            return replace(self, touch=self.origin(now))
        return replace(self, touch=replace(origin, referrer=""), touched_at=int(now))


def remember(response: HttpResponse, mark: Mark | None) -> None:
    """Set the cookie: of somebody who agreed, or of somebody who did not."""
    age = LIFETIME if mark is None else LIFETIME - timedelta(seconds=max(0, time.time() - mark.agreed_at))
    response.set_cookie(
        COOKIE,
        mark.dumped() if mark else NO,
        max_age=age,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def agree(request: HttpRequest, response: HttpResponse, customer: Customer | None, wording: str) -> None:
    """From now on this browser's visits are told apart. Who is known has it among their consents too."""
    if Mark.loaded(request.COOKIES.get(COOKIE, "")):
        return
    visitor = Visitor.objects.create(wording=wording)
    remember(response, Mark(visitor.uid.hex))
    if customer:
        consent.give(customer, _TOPIC, source=_SOURCE, wording=wording, channel=_WEB)


def refuse(request: HttpRequest, response: HttpResponse, customer: Customer | None, wording: str) -> None:
    """No: what was kept of this browser belongs to nobody any more, and nothing more is kept."""
    mark = Mark.loaded(request.COOKIES.get(COOKIE, ""))
    remember(response, None)
    if mark:
        forget_visitors([uuid.UUID(mark.visitor)])
    if customer:
        consent.withdraw(customer, _TOPIC, source=_SOURCE, wording=wording, channel=_WEB)
        unlink(customer)


def unlink(customer: Customer) -> None:
    """The visits of a person stay in the sums and are nobody's."""
    forget_visitors([uid for uid in Visit.objects.filter(customer=customer).values_list("visitor", flat=True) if uid])
    Visit.objects.filter(customer=customer).update(customer=None)


def forget_visitors(uids: list[uuid.UUID]) -> None:
    """Nobody can tell any more which visits and orders were of the same browser."""
    Visit.objects.filter(visitor__in=uids).update(customer=None)
    Visitor.objects.filter(pk__in=uids).delete()


def may_be_traced(customers: Mapping[int, Visitor]) -> set[int]:
    """Of these people, each with the browser that agreed, those who have not said no since.

    Who agreed before the shop knew them gets it among their consents now, in the words they saw.
    """
    latest = {
        row.customer_id: row
        for row in Consent.objects.filter(customer__in=customers, topic=_TOPIC, channel=_WEB)
        .order_by("customer", "-happened_at", "-pk")
        .distinct("customer")
    }
    agreed = set()
    for person in Customer.objects.known().filter(pk__in=customers):
        visitor, said = customers[person.pk], latest.get(person.pk)
        if said and not said.is_given and said.happened_at >= visitor.agreed_at:
            continue
        if said is None or not said.is_given:
            consent.give(person, _TOPIC, source=_SOURCE, wording=visitor.wording, channel=_WEB)
        agreed.add(person.pk)
    return agreed


def forget_old(today: date | None = None) -> int:
    """What is older than the shop keeps visits: they go, and so do browsers that are left without one."""
    first = (today or timezone.localdate()) - timedelta(days=settings.VISIT_DAYS)
    count = 0
    while ids := list(Visit.objects.filter(day__lt=first).values_list("pk", flat=True)[:10_000]):
        Visit.objects.filter(pk__in=ids).delete()
        count += len(ids)
    old = Visitor.objects.filter(agreed_at__date__lt=first - LIFETIME, visits=None)
    OrderSource.objects.filter(visitor__in=old).update(visitor=None)
    old.delete()
    return count
