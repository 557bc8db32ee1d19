"""The rules of a segment: groups of conditions, read from JSON and checked before anything is asked of the database.

`{"match": "all", "groups": [{"match": "any", "is_not": false, "conditions": [
    {"type": "fact", "fact": "customer_country", "question": "is", "value": "MD"},
    {"type": "event", "event": "order.paid", "did": true, "times": 2, "days": 90},
    {"type": "bought", "what": "category", "id": 7, "did": false, "times": 1, "days": null},
    {"type": "segment", "segment": 3, "did": true},
    {"type": "group", "group": "insights_list", "parameters": "list=ordered_twice&period=30", "did": true}]}]}`
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.customers import facts, groups
from shop.customers.facts import EITHER_WAY, OPERATORS, Fact, Kind
from shop.events import registry

MATCHES = {"all": gettext_lazy("all of these are true"), "any": gettext_lazy("at least one of these is true")}
ALL, ANY = MATCHES
MOST_CONDITIONS, MOST_GROUPS = 30, 10
MOST_DAYS, MOST_TIMES = 3650, 1000

# Questions about days that move on by themselves; the answer is a number of days.
MOVING = ("in_last_days", "longer_ago_than", "in_next_days")
THIS_MONTH = "this_month"  # as a value of facts that are months

QUESTIONS = {
    "is": gettext_lazy("is"),
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
    "more_than": gettext_lazy("is more than"),
    "less_than": gettext_lazy("is less than"),
    "on": gettext_lazy("is on"),
    "since": gettext_lazy("is on or after"),
    "before": gettext_lazy("is before"),
    "in_last_days": gettext_lazy("is within the last … days"),
    "longer_ago_than": gettext_lazy("is longer ago than … days"),
    "in_next_days": gettext_lazy("is within the next … days"),
    "contains": gettext_lazy("contains"),
    "starts_with": gettext_lazy("starts with"),
    "is_one_of": gettext_lazy("is one of"),
    "is_known": gettext_lazy("is known"),
    "is_unknown": gettext_lazy("is not known"),
}
GOODS = {
    "anything": gettext_lazy("anything"),
    "product": gettext_lazy("a product"),
    "category": gettext_lazy("something of a category"),
    "range": gettext_lazy("something of a range"),
}


class CannotRead(ValueError):
    """The rules make no sense (any more). `problems` say why, in the reader's language."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(self.problems))


@dataclass(frozen=True)
class FactIs:
    """What a fact of the customer is."""

    fact: str
    question: str
    value: Any = None
    type: str = "fact"


@dataclass(frozen=True)
class Did:
    """What the log says: at least `times` times within `days` days (None: ever)."""

    event: str
    did: bool = True
    times: int = 1
    days: int | None = None
    type: str = "event"


@dataclass(frozen=True)
class Bought:
    """What paid orders held: in at least `times` orders within `days` days (None: ever)."""

    what: str
    id: int | None = None
    did: bool = True
    times: int = 1
    days: int | None = None
    type: str = "bought"


@dataclass(frozen=True)
class Belongs:
    """Whether another segment holds the customer."""

    segment: int
    did: bool = True
    type: str = "segment"


@dataclass(frozen=True)
class InGroup:
    """Whether the customer is in a group that an app knows (`shop.customers.groups`)."""

    group: str
    parameters: str = ""  # as in an address
    did: bool = True
    type: str = "group"


Condition = FactIs | Did | Bought | Belongs | InGroup
CLASSES: dict[str, Any] = {"fact": FactIs, "event": Did, "bought": Bought, "segment": Belongs, "group": InGroup}


@dataclass(frozen=True)
class Group:
    """Conditions of which all or any are true; or, with `is_not`, of which that is not so."""

    conditions: tuple[Condition, ...]
    match: str = ALL
    is_not: bool = False


@dataclass(frozen=True)
class Rules:
    """Groups of which all or any are true. Without a group everybody is meant."""

    groups: tuple[Group, ...] = ()
    match: str = ALL

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def conditions(self) -> list[Condition]:
        return [condition for group in self.groups for condition in group.conditions]


def read(written: Any) -> Rules:
    """Rules from JSON. Raises `CannotRead` for whatever is not one of these conditions, about things that exist."""
    if not isinstance(written, Mapping) or not isinstance(written.get("groups", []), list | tuple):
        raise CannotRead([_("These are no rules.")])
    groups = written.get("groups", [])
    if len(groups) > MOST_GROUPS or not all(isinstance(group, Mapping) for group in groups):
        raise CannotRead([_("At most %(count)s groups.") % {"count": MOST_GROUPS}])
    problems: list[str] = []
    found = tuple(_group(group, problems) for group in groups)
    rules = Rules(tuple(group for group in found if group.conditions), _match(written, problems))
    if len(rules.conditions()) > MOST_CONDITIONS:
        problems.append(_("At most %(count)s conditions.") % {"count": MOST_CONDITIONS})
    if problems:
        raise CannotRead(problems)
    return rules


def questions_of(fact: Fact) -> list[str]:
    """What one may ask about a fact."""
    moving = MOVING if fact.kind is Kind.DATE else ()
    return [*OPERATORS[fact.kind], *moving, *EITHER_WAY]


def event_choices() -> list[tuple[str, str]]:
    """What a customer may have done, in words."""
    return sorted(((kind, _(cls.label)) for kind, cls in registry.event_classes().items()), key=lambda pair: pair[1])


def _match(written: Mapping[str, Any], problems: list[str]) -> str:
    match = _text(written, "match", ALL)
    if match not in MATCHES:
        problems.append(_("“%(what)s” is no way to match.") % {"what": match[:30]})
        return ALL
    return match


def _group(written: Mapping[str, Any], problems: list[str]) -> Group:
    conditions = written.get("conditions", [])
    if not isinstance(conditions, list | tuple):
        problems.append(_("These are no rules."))
        conditions = []
    read = [_condition(condition, problems) for condition in conditions[: MOST_CONDITIONS + 1]]
    return Group(tuple(one for one in read if one), _match(written, problems), bool(written.get("is_not", False)))


def _condition(written: Any, problems: list[str]) -> Condition | None:
    kind = _text(written, "type") if isinstance(written, Mapping) else ""
    if kind not in READERS:
        problems.append(_("There is no such condition."))
        return None
    try:
        return cast("Condition", READERS[kind](written))
    except CannotRead as error:
        problems.extend(error.problems)
        return None


def _fact(written: Mapping[str, Any]) -> FactIs:
    key, question, value = _text(written, "fact"), _text(written, "question"), written.get("value")
    known = {fact.key: fact for fact in facts.every()}
    if key not in known:
        raise CannotRead([_("“%(fact)s” is not known of customers any more. Take this condition out.") % {"fact": key}])
    fact = known[key]
    if question not in questions_of(fact):
        raise CannotRead([_("Choose what to ask about “%(fact)s”.") % {"fact": fact.label}])
    if question in EITHER_WAY:
        return FactIs(key, question)
    if question in MOVING:
        return FactIs(key, question, _number(value, 0, MOST_DAYS, _("“%(fact)s”: days") % {"fact": fact.label}))
    try:
        fact.condition(question, 1 if is_month(fact) and value == THIS_MONTH else value)
    except facts.NotAQuestion as error:
        asked = ", ".join(value) if isinstance(value, list) else ("" if value is None else str(value))
        text = _("“%(value)s” is no answer about “%(fact)s”.") % {"value": asked[:60], "fact": fact.label}
        raise CannotRead([text]) from error
    return FactIs(key, question, value)


def is_month(fact: Fact) -> bool:
    """Whether the fact is the number of a month, which may be asked for as “this month”."""
    return fact.key.endswith("_month") and fact.kind is Kind.NUMBER


def _event(written: Mapping[str, Any]) -> Did:
    event = _text(written, "event")
    if event not in registry.event_classes():
        raise CannotRead([_("“%(event)s” is not written down any more. Take this condition out.") % {"event": event}])
    return Did(event, _did(written), _times(written), _days(written))


def _bought(written: Mapping[str, Any]) -> Bought:
    what = _text(written, "what")
    if what not in GOODS:
        raise CannotRead([_("Choose what was bought.")])
    which = None if what == "anything" else _number(written.get("id"), 1, 2**31 - 1, str(GOODS[what]))
    return Bought(what, which, _did(written), _times(written), _days(written))


def _belongs(written: Mapping[str, Any]) -> Belongs:
    return Belongs(_number(written.get("segment"), 1, 2**31 - 1, _("Segment")), _did(written))


def _group_of_an_app(written: Mapping[str, Any]) -> InGroup:
    asked = InGroup(_text(written, "group"), _text(written, "parameters"), _did(written))
    try:
        groups.named(asked.group).words(groups.parameters(asked.parameters))
    except groups.NoSuchGroup as error:
        raise CannotRead([str(error)]) from error
    return asked


READERS: dict[str, Any] = {
    "fact": _fact,
    "event": _event,
    "bought": _bought,
    "segment": _belongs,
    "group": _group_of_an_app,
}


def _text(written: Mapping[str, Any], name: str, default: str = "") -> str:
    value = written.get(name, default)
    return value if isinstance(value, str) else ""


def _did(written: Mapping[str, Any]) -> bool:
    return bool(written.get("did", True))


def _times(written: Mapping[str, Any]) -> int:
    return _number(written.get("times", 1), 1, MOST_TIMES, _("How many times"))


def _days(written: Mapping[str, Any]) -> int | None:
    days = written.get("days")
    return None if days in (None, "") else _number(days, 1, MOST_DAYS, _("Days"))


def _number(value: Any, least: int, most: int, label: str) -> int:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal()) or len(text) > 12 or not least <= int(text) <= most:
        wanted = {"label": label, "least": least, "most": most}
        raise CannotRead([_("%(label)s: a whole number from %(least)s to %(most)s is needed.") % wanted])
    return int(text)
