"""What must be true of marketing mail: nobody is written to without their word, or more often than the shop allows."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from shop.customers.models import Consent
from shop.mail import attention
from shop.mail.models import Decision, Message
from shop.orders.audit import invariant

LOOKED_AT = timedelta(days=90)
A_MINUTE = timedelta(seconds=60)  # from the moment somebody says stop until nothing leaves any more
_AGREED = Q(is_given=True) & (~Q(topic=Consent.Topic.NEWS) | Q(confirmed_at__isnull=False))


@invariant("I7")
def marketing_has_consent() -> Any:
    """Marketing mail had the consent of its reader when it left, or within the minute before."""
    decided = Consent.objects.filter(customer=OuterRef("customer"), topic=OuterRef("topic"), channel=Consent.Channel.EMAIL)
    before = decided.filter(happened_at__lte=OuterRef("sent_at") - A_MINUTE).order_by("-happened_at", "-pk")
    lately = decided.filter(_AGREED, happened_at__lte=OuterRef("sent_at"), happened_at__gt=OuterRef("sent_at") - A_MINUTE)
    standing = Consent.objects.filter(_AGREED, pk=OuterRef("decision"))
    sent = _sent().annotate(decision=Subquery(before.values("pk")[:1]))
    return sent.filter(~Exists(standing), ~Exists(lately))


@invariant("I7")
def nobody_gets_more_than_allowed() -> Any:
    """No day and no seven days hold more marketing mail to one person than was allowed when the last of it left."""
    let_out = Decision.objects.filter(
        outcome=Decision.Outcome.SENT,
        message__in=_sent(),
        decided_at=F("message__admitted_at"),  # the last time, where it was tried again
    )
    day, week = (_counted(window) for window in (attention.DAY, attention.WEEK))
    return let_out.annotate(in_day=day, in_week=week).filter(Q(in_day__gt=F("per_day")) | Q(in_week__gt=F("per_week")))


def _sent() -> QuerySet[Message]:
    return Message.objects.filter(sent_at__gt=timezone.now() - LOOKED_AT).exclude(topic="")


def _counted(window: timedelta) -> Coalesce:
    """Limited mail to the same person within the window that ends with this message."""
    limited = Q(decisions__per_day__isnull=False) | Q(decisions__per_week__isnull=False)
    rows = Message.objects.filter(
        limited,
        customer=OuterRef("customer"),
        sent_at__lte=OuterRef("message__sent_at"),
        sent_at__gt=OuterRef("message__sent_at") - window,
    )
    return Coalesce(Subquery(rows.order_by().values("customer").annotate(n=Count("pk", distinct=True)).values("n")), 0)
