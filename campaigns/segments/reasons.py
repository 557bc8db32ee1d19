"""Rules in words, and what is true of one person: why they are in a segment or not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Segment
from campaigns.segments import matching
from campaigns.segments import rules as written
from campaigns.segments.rules import Belongs, Bought, Condition, Did, FactIs, InGroup, Rules
from shop.customers import facts, groups
from shop.customers.models import Customer
from shop.events import registry
from shop.events.models import Event
from shop.forks.catalogue.models import Category, Product
from shop.forks.offer.models import Range
from shop.forks.order.models import Order


@dataclass(frozen=True)
class Answer:
    """One condition: in words, whether it holds, and what is true of the person."""

    condition: str
    holds: bool
    truth: str


@dataclass(frozen=True)
class GroupAnswer:
    answers: list[Answer]
    match: str
    is_not: bool
    holds: bool


@dataclass(frozen=True)
class Why:
    """Whether the person is in, and how each group and condition came out."""

    is_in: bool
    match: str
    groups: list[GroupAnswer]


def why(rules: Any, customer: Customer, now: datetime | None = None) -> Why:
    """Each condition with what is true of this person. Raises `CannotRead`."""
    now = now or timezone.now()
    read = rules if isinstance(rules, Rules) else written.read(rules)
    groups = []
    for group in read.groups:
        answers = [_answer(condition, customer, now) for condition in group.conditions]
        said = _either(group.match, [answer.holds for answer in answers])
        groups.append(GroupAnswer(answers, str(written.MATCHES[group.match]), group.is_not, said is not group.is_not))
    is_in = customer.erased_at is None and _either(read.match, [group.holds for group in groups])
    return Why(is_in, str(written.MATCHES[read.match]), groups)


def in_words(condition: Condition) -> str:
    """A condition as staff read it."""
    return str(WORDS[type(condition)](condition))


def _either(match: str, holding: list[bool]) -> bool:
    return all(holding) if match == written.ALL or not holding else any(holding)


def _answer(condition: Condition, customer: Customer, now: datetime) -> Answer:
    holds = Customer.objects.filter(matching.filter_of(condition, now), pk=customer.pk).exists()
    return Answer(in_words(condition), holds, TRUTHS[type(condition)](condition, customer, now))


def _fact_in_words(asked: FactIs) -> str:
    fact, question = facts.named(asked.fact), str(written.QUESTIONS[asked.question])
    if asked.question in written.MOVING:
        return f"{fact.label} {question.replace('…', str(asked.value))}"
    return " ".join(filter(None, [str(fact.label), question, _value_in_words(fact, asked.value)]))


def _value_in_words(fact: facts.Fact, value: Any) -> str:
    if value == written.THIS_MONTH:
        return _("this month")
    names = {key: str(label) for key, label in fact.choices} | {"true": _("yes"), "false": _("no")}
    values = value if isinstance(value, list) else [] if value is None else [value]
    return ", ".join(names.get(str(one), str(one)) for one in values)


def _within(days: int | None) -> str:
    return (
        ngettext("within the last %(days)d day", "within the last %(days)d days", days) % {"days": days} if days else _("ever")
    )


def _times(times: int) -> str:
    return ngettext("at least %d time", "at least %d times", times) % times if times > 1 else ""


def _did_in_words(asked: Did) -> str:
    label = _(registry.event_classes()[asked.event].label)
    start = _("“%s” happened") if asked.did else _("“%s” did not happen")
    return " ".join(filter(None, [start % label, _times(asked.times), _within(asked.days)]))


def _bought_in_words(asked: Bought) -> str:
    start = _("bought %s") if asked.did else _("did not buy %s")
    return " ".join(filter(None, [start % _goods(asked), _times(asked.times), _within(asked.days)]))


def _goods(asked: Bought) -> str:
    models: dict[str, Any] = {"product": Product, "category": Category, "range": Range}
    if asked.what not in models:
        return str(written.GOODS["anything"])
    found = models[asked.what].objects.filter(pk=asked.id).first()
    name = (found.get_title() if asked.what == "product" else found.name) if found else "?"
    return f"“{name}”"


def _belongs_in_words(asked: Belongs) -> str:
    name = Segment.objects.filter(pk=asked.segment).values_list("name", flat=True).first() or "?"
    return (_("is in “%s”") if asked.did else _("is not in “%s”")) % name


def _group_in_words(asked: InGroup) -> str:
    name = groups.named(asked.group).words(groups.parameters(asked.parameters))
    return (_("is in “%s”") if asked.did else _("is not in “%s”")) % name


WORDS: dict[type, Any] = {
    FactIs: _fact_in_words,
    Did: _did_in_words,
    Bought: _bought_in_words,
    Belongs: _belongs_in_words,
    InGroup: _group_in_words,
}


def _fact_truth(asked: FactIs, customer: Customer, now: datetime) -> str:
    value = facts.of(customer, [asked.fact])[asked.fact]
    if value in (None, ""):
        return _("not known")
    return facts.named(asked.fact).shown(value)


def _did_truth(asked: Did, customer: Customer, now: datetime) -> str:
    rows = Event.objects.filter(customer=customer, kind=asked.event)
    return _counted(rows, "happened_at")


def _bought_truth(asked: Bought, customer: Customer, now: datetime) -> str:
    orders = Order.objects.filter(customer=customer, paid_at__isnull=False)
    if asked.what != "anything":
        orders = orders.filter(pk__in=matching.lines_of(asked).values("order"))
    return _counted(orders, "date_placed")


def _counted(rows: Any, moment: str) -> str:
    found = rows.order_by().aggregate(times=Count("pk"), last=Max(moment))
    if not found["times"]:
        return _("never")
    day = formats.date_format(timezone.localtime(found["last"]), "SHORT_DATE_FORMAT")
    return ngettext("%(count)d time, on %(day)s", "%(count)d times, last on %(day)s", found["times"]) % {
        "count": found["times"],
        "day": day,
    }


def _belongs_truth(asked: Belongs, customer: Customer, now: datetime) -> str:
    return _membership(Belongs(asked.segment), customer, now)


def _group_truth(asked: InGroup, customer: Customer, now: datetime) -> str:
    return _membership(InGroup(asked.group, asked.parameters), customer, now)


def _membership(asked: Condition, customer: Customer, now: datetime) -> str:
    is_in = Customer.objects.filter(matching.filter_of(asked, now), pk=customer.pk).exists()
    return _("in it") if is_in else _("not in it")


TRUTHS: dict[type, Any] = {
    FactIs: _fact_truth,
    Did: _did_truth,
    Bought: _bought_truth,
    Belongs: _belongs_truth,
    InGroup: _group_truth,
}
