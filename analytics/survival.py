"""How soon people buy for the second time, counting rightly those who came too recently to tell.

Kaplan and Meier (1958), Nonparametric estimation from incomplete observations: of those still watched and still without a
second order on a day after their first, the share who order on it; people who came n days ago leave the watched after n.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Func, IntegerField, Sum

from analytics.models import Gap, Movement

WATCHED = timedelta(days=365)  # first orders of the year up to the day that is looked from


@dataclass(frozen=True)
class Curve:
    """`shares[n]` is the share of people with a second order within n days; people is how many first orders stand behind it."""

    shares: Sequence[float]
    people: int

    def within(self, days: int) -> float | None:
        """None where nobody has been watched for so long."""
        return self.shares[days] if days < len(self.shares) else None


def curve(came: Mapping[int, int], events: Mapping[int, int], silent: Mapping[int, int]) -> Curve:
    """`came`: people by days watched; `events`: second orders by days since the first; `silent`: people without one.

    The curve ends where nobody is watched on.
    """
    people = sum(came.values())
    at_risk, without, shares = people, 1.0, []
    for day in range(max(came, default=-1) + 1):
        if at_risk <= 0:
            break
        without *= 1 - events.get(day, 0) / at_risk
        shares.append(1 - without)
        at_risk -= events.get(day, 0) + silent.get(day, 0)
    return Curve(shares, people)


def to_second_order(seen_from: date, channel: str = "") -> Curve:
    """From first orders of the year up to a day, as it was known at the end of that day."""
    first = seen_from - WATCHED + timedelta(days=1)
    movements = Movement.objects.filter(day__range=(first, seen_from))
    if channel:
        movements = movements.filter(channel=channel)
    new = dict(movements.order_by().values_list("day").annotate(Sum("new")))
    seconds = Gap.objects.filter(channel=channel, back=1, is_second=True, since__range=(first, seen_from), day__lte=seen_from)
    after = seconds.order_by().annotate(
        days=Func(F("day"), F("since"), arg_joiner=" - ", template="(%(expressions)s)", output_field=IntegerField())
    )
    events: dict[int, int] = dict(after.values_list("days").annotate(Sum("sales")))
    repeated = dict(seconds.order_by().values_list("since").annotate(Sum("sales")))
    came = {(seen_from - day).days: count for day, count in new.items() if count}
    silent = {(seen_from - day).days: count - repeated.get(day, 0) for day, count in new.items()}
    return curve(came, events, silent)
