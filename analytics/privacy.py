"""What analytics holds about a person, and what of it goes with them."""

from typing import Any

from analytics import agreeing
from analytics.models import OrderSource, Portrait, Stats, Visit
from shop.customers import merging, privacy
from shop.customers.models import Customer


@privacy.exports("figures")
def _figures(customer: Customer) -> Any:
    kept = Stats.objects.filter(customer=customer).values(
        "orders", "spent", "average_order", "first_order_on", "last_order_on", "days_between", "next_order_on", "channel",
        "preferred_category__name",
    )  # fmt: skip
    sources = OrderSource.objects.filter(order__customer=customer).order_by("order_id")
    return {
        "summary": kept.first(),
        "portrait": Portrait.objects.filter(customer=customer).values().first(),
        "sources of orders": list(sources.values("order__number", "channel", "source", "medium", "campaign")),
    }


@privacy.erases("figures")
def _forget_sources(customer: Customer) -> None:
    """The orders stay in the sums, and the channel with them; what the link said in detail goes."""
    OrderSource.objects.filter(order__customer=customer).update(source="", medium="", campaign="")


@privacy.exports("visits")
def _visits(customer: Customer) -> Any:
    names = ("began_at", "channel", "source", "medium", "campaign", "referrer", "landing", "device", "country")
    visits = Visit.objects.filter(customer=customer).order_by("began_at").prefetch_related("reached")
    return [
        {
            **{name: getattr(visit, name) for name in names},
            "steps": {each.step: each.happened_at for each in visit.reached.all()},
        }
        for visit in visits
    ]


@privacy.erases("visits")
def _forget_visits(customer: Customer) -> None:
    """The days keep their counts."""
    visits = Visit.objects.filter(customer=customer)
    browsers = {uid for uid in visits.values_list("visitor", flat=True) if uid}
    browsers |= {uid for uid in OrderSource.objects.filter(order__customer=customer).values_list("visitor", flat=True) if uid}
    Visit.objects.filter(visitor__in=browsers).delete()
    visits.delete()
    agreeing.forget_visitors(list(browsers))


@merging.rule("insights.Stats")
def _join_stats(kept: Customer, merged: Customer) -> None:
    """The rows are worked out again once both have changed hands (`handlers.count_one_person_once`)."""
    if Stats.objects.filter(customer=kept).exists():
        Stats.objects.filter(customer=merged).delete()
    else:
        Stats.objects.filter(customer=merged).update(customer=kept)


@merging.rule("insights.Portrait")
def _join_portraits(kept: Customer, merged: Customer) -> None:
    """The next night draws the one person they are."""
    Portrait.objects.filter(customer=merged).delete()
