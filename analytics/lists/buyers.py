"""Rows of buyers: by their place among the others, where they moved, and what is expected of them."""

from django.db.models import F, Q, QuerySet

from analytics.models import Portrait
from analytics.periods import Period
from analytics.sums import Slice

FORECASTS = {"chance": "chance_active", "value": "value_ahead"}
NEW = "new"  # in no group a month ago


def buyers(period: Period, part: Slice) -> "QuerySet[Portrait]":
    """As of last night, whatever the period."""
    narrow, wanted = part.narrow, Q()
    for name in ("recency", "weight", "group"):
        if said := getattr(narrow, name):
            wanted &= Q(**{name: said})
    if narrow.was:
        wanted &= Q(group_before="" if narrow.was == NEW else narrow.was)
    if narrow.moved:
        wanted &= ~Q(group=F("group_before"))
    if field := FORECASTS.get(narrow.of):
        wanted &= Q(**{f"{field}__isnull": False})
        wanted &= Q() if narrow.low is None else Q(**{f"{field}__gte": narrow.low})
        wanted &= Q() if narrow.high is None else Q(**{f"{field}__lt": narrow.high})
    return Portrait.objects.filter(wanted)
