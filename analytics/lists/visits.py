"""Rows of visits: of those who agreed one by one, of the others the counts of days; and orders by what led to them."""

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from analytics.agreeing import TOUCH
from analytics.lists.sales import orders
from analytics.models import Reached, Sale, Step, Traffic, Visit
from analytics.periods import Period
from analytics.sums import Slice

SHARE = DecimalField(max_digits=20, decimal_places=12)


def visits(period: Period, part: Slice) -> "QuerySet[Visit]":
    """Visits of those who agreed, at every step up to their furthest."""
    narrow = part.narrow
    wanted = {name: getattr(narrow, name) for name in ("device", "source", "campaign", "landing")} | {"channel": part.channel}
    found = Visit.objects.filter(day__range=(period.first, period.last), **{key: said for key, said in wanted.items() if said})
    if narrow.step in Step.values[1:]:
        reached = Reached.objects.filter(visit=OuterRef("pk"), step__in=Step.values[Step.values.index(narrow.step) :])
        found = found.filter(Exists(reached))
    return found


def ordered(period: Period, part: Slice) -> "QuerySet[Visit]":
    reached = Reached.objects.filter(visit=OuterRef("pk"), step=Step.ORDERED)
    return visits(period, part).filter(Exists(reached))


def untraced(period: Period, part: Slice) -> "QuerySet[Traffic]":
    """Counts of everybody else. Of a channel nothing is known of them."""
    if part.channel:
        return Traffic.objects.none()
    found = Traffic.objects.filter(is_traced=False, day__range=(period.first, period.last))
    return found.filter(device=part.narrow.device) if part.narrow.device else found


def shares(period: Period, part: Slice) -> "QuerySet[Sale]":
    """Orders of the period, each with the part of it that a rule puts down to the channel (see `analytics.touches`)."""
    mine = _touches().filter(channel=part.channel)
    found = orders(period, Slice(currency="")).annotate(
        touches=_count(_touches()),
        alike=_count(mine),
        opened_by=Subquery(_touches().order_by("began_at", "pk").values("channel")[:1]),
    )
    if part.narrow.known:
        found = found.filter(touches__gt=0)
    found = found.annotate(share=_share(part.channel, part.narrow.rule)).filter(share__gt=0)
    return found.annotate(net_share=ExpressionWrapper((F("paid") - F("refunded")) * F("share"), output_field=SHARE))


def _share(channel: str, rule: str) -> "Case | Value":
    whole, nothing = Value(1, output_field=SHARE), Value(0, output_field=SHARE)
    if not channel:
        return whole
    own = When(channel=channel, then=whole)
    if rule == "first":
        return Case(When(opened_by=channel, then=whole), When(touches=0, channel=channel, then=whole), default=nothing)
    if rule == "linear":
        part = Cast("alike", SHARE) / Cast("touches", SHARE)
        return Case(When(touches__gt=0, then=part), own, default=nothing, output_field=SHARE)
    return Case(own, default=nothing)


def _touches() -> "QuerySet[Visit]":
    """Visits of the same browser or customer in the thirty days up to the order."""
    placed = OuterRef("order__date_placed")
    since = ExpressionWrapper(placed - TOUCH, output_field=DateTimeField())
    who = Q(visitor=OuterRef("order__analytics_source__visitor")) | Q(customer=OuterRef("customer"))
    return Visit.objects.filter(who, began_at__lte=placed, began_at__gt=since)


def _count(visits: "QuerySet[Visit]") -> Coalesce:
    counted = visits.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
