"""Segments that the shop brings along: made once, the merchant's to change."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from campaigns.models import Segment
from campaigns.segments.rules import THIS_MONTH, CannotRead, read


@dataclass(frozen=True)
class Ready:
    """One of them. Of several ways to say it the first counts whose facts there are."""

    code: str
    name: Any
    description: Any
    ways: tuple[tuple[dict[str, Any], ...], ...]


def _fact(key: str, question: str, value: Any = None) -> dict[str, Any]:
    return {"type": "fact", "fact": key, "question": question, "value": value}


def _bought(times: int, days: int | None = None, *, did: bool = True) -> dict[str, Any]:
    return {"type": "bought", "what": "anything", "did": did, "times": times, "days": days}


ALL = (
    Ready(
        "new", gettext_lazy("New customers"), gettext_lazy("Bought for the first time in the last 30 days."),
        (
            (_fact("analytics_first_order_on", "in_last_days", 30),),
            (_bought(1, 30), _fact("customer_known_since", "in_last_days", 30)),
        ),
    ),
    Ready(
        "subscribed-only", gettext_lazy("Subscribed, never bought"), gettext_lazy("They read us: a first order is near."),
        ((_fact("campaigns_subscribed_since", "is_known"), _bought(1, did=False)),),
    ),
    Ready(
        "once", gettext_lazy("Bought once"), gettext_lazy("The second order makes a customer."),
        ((_fact("analytics_orders", "is", 1),), (_bought(1), _bought(2, did=False))),
    ),
    Ready(
        "loyal", gettext_lazy("Loyal customers"), gettext_lazy("Three orders or more."),
        ((_fact("analytics_orders", "at_least", 3),), (_bought(3),)),
    ),
    Ready(
        "loyal-quiet", gettext_lazy("Loyal, not bought for 60 days"), gettext_lazy("Worth a kind word before they are gone."),
        (
            (_fact("analytics_orders", "at_least", 3), _fact("analytics_last_order_on", "longer_ago_than", 60)),
            (_bought(3), _bought(1, 60, did=False)),
        ),
    ),
    Ready(
        "at-risk", gettext_lazy("At risk"), gettext_lazy("Two orders or more, the last one three to six months ago."),
        (
            (
                _fact("analytics_orders", "at_least", 2),
                _fact("analytics_last_order_on", "longer_ago_than", 90),
                _fact("analytics_last_order_on", "in_last_days", 180),
            ),
            (_bought(2), _bought(1, 180), _bought(1, 90, did=False)),
        ),
    ),
    Ready(
        "dormant", gettext_lazy("Dormant"), gettext_lazy("Bought before, nothing for six months."),
        ((_fact("analytics_last_order_on", "longer_ago_than", 180),), (_bought(1), _bought(1, 180, did=False))),
    ),
    Ready(
        "big-spenders", gettext_lazy("Big spenders"),
        gettext_lazy("Spent 200 or more in all. Set the sum that is much in your shop."),
        ((_fact("analytics_spent", "at_least", 200),), (_bought(6),)),
    ),
    Ready(
        "birthday", gettext_lazy("Birthday this month"), gettext_lazy("Told us when they were born."),
        ((_fact("customer_birth_month", "is", THIS_MONTH),),),
    ),
    Ready(
        "detractors", gettext_lazy("Detractors"), gettext_lazy("Gave 0 to 6 when asked whether they recommend us."),
        ((_fact("feedback_nps", "at_most", 6),),),
    ),
    Ready(
        "promoters", gettext_lazy("Promoters"), gettext_lazy("Gave 9 or 10 when asked whether they recommend us."),
        ((_fact("feedback_nps", "at_least", 9),),),
    ),
    Ready(
        "sleepers", gettext_lazy("Subscribed, no click for 90 days"), gettext_lazy("Write them less often, or say goodbye."),
        ((
            _fact("campaigns_subscribed_since", "longer_ago_than", 90),
            _fact("campaigns_mails_30_days", "at_least", 1),
            {"type": "event", "event": "campaigns.message_clicked", "did": False, "times": 1, "days": 90},
        ),),
    ),
)  # fmt: skip


@transaction.atomic
def ensure() -> int:
    """Make those that are missing and can be asked here; return how many. What somebody changed or renamed stays."""
    present = set(Segment.objects.exclude(code=None).values_list("code", flat=True))
    names = set(Segment.objects.values_list("name", flat=True))
    made = [
        Segment(code=one.code, name=str(one.name), description=str(one.description), rules=rules)
        for one in ALL
        if one.code not in present and str(one.name) not in names and (rules := _possible(one))
    ]
    return len(Segment.objects.bulk_create(made, ignore_conflicts=True))


def _possible(one: Ready) -> dict[str, Any] | None:
    for conditions in one.ways:
        try:
            return read({"match": "all", "groups": [{"conditions": conditions}]}).as_json()
        except CannotRead:
            continue
    return None
