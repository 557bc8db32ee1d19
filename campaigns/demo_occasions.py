"""When something began for people of the demo, by what stands in their past: the log, their birthdays, their orders."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Min
from django.utils import timezone

from campaigns import schedule
from campaigns.automations import triggers
from campaigns.models import Automation, Trigger
from shop.customers.models import Consent, Customer
from shop.events.models import Event

QUIET = timedelta(days=91)  # without an order, after which somebody with two of them is at risk
MIDNIGHT = time(0, 20)  # when the days that come round are looked at

Orders = Mapping[int, list[datetime]]


@dataclass(frozen=True)
class Occasion:
    """Somebody might have entered then."""

    customer: Customer
    at: datetime
    cause: str
    about: dict[str, Any]


def of(automation: Automation, orders: Orders, since: datetime, until: datetime) -> list[Occasion]:
    """The oldest first, of those who had agreed by then and do so today."""
    people = {person.pk: person for person in Customer.objects.agreeing_to(automation.topic).order_by("pk")}
    yes = Consent.objects.filter(topic=automation.topic, is_given=True, customer__in=people)
    agreed = dict(yes.order_by().values_list("customer").annotate(Min("confirmed_at")))
    found = [one for one in _ever(automation, people, orders, until) if since <= one.at < until]
    return sorted((one for one in found if agreed[one.customer.pk] <= one.at), key=lambda one: (one.at, one.customer.pk))


def _ever(automation: Automation, people: Mapping[int, Customer], orders: Orders, until: datetime) -> Iterator[Occasion]:
    match automation.trigger:
        case Trigger.BIRTHDAY:
            return _birthdays(automation, people.values(), until)
        case Trigger.SEGMENT:
            return _quiet(automation, people.values(), orders, until)
    return _heard(automation, people)


def _heard(automation: Automation, people: Mapping[int, Customer]) -> Iterator[Occasion]:
    beginning = triggers.BEGINNINGS[automation.trigger]
    assert beginning.event is not None
    for event in Event.objects.filter(kind=beginning.event.kind, customer__in=people).order_by("pk"):
        if cause := beginning.cause(beginning.event(**event.data)):
            yield Occasion(people[event.customer_id or 0], event.happened_at, cause, event.data)


def _birthdays(automation: Automation, people: Iterable[Customer], until: datetime) -> Iterator[Occasion]:
    for person in people:
        if not (person.birth_month and person.birth_day):
            continue
        for year in range(person.created_at.year, timezone.localdate(until).year + 1):
            leaps_over = (person.birth_month, person.birth_day) == (2, 29) and not triggers.is_leap(year)
            yield _on(automation, person, date(year, person.birth_month, 28 if leaps_over else person.birth_day))


def _quiet(automation: Automation, people: Iterable[Customer], orders: Orders, until: datetime) -> Iterator[Occasion]:
    """Bought twice or more, and then nothing for so long."""
    for person in people:
        for last, following in pairwise([*orders.get(person.pk, [])[1:], until]):
            if following - last > QUIET:
                yield _on(automation, person, timezone.localdate(last + QUIET))


def _on(automation: Automation, person: Customer, day: date) -> Occasion:
    return Occasion(person, schedule.moment_of(day, MIDNIGHT), triggers.cause_of_day(automation, day), {})
