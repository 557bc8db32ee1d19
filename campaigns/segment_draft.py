"""The rules of a segment as a form: rows of select boxes and fields, whole or half filled in, and back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from campaigns.models import Segment
from campaigns.segments import reasons
from campaigns.segments import rules as written
from campaigns.segments.rules import CannotRead
from shop.customers import facts
from shop.customers.facts import EITHER_WAY, Fact, Kind
from shop.desk import tree
from shop.forks.catalogue.models import Product
from shop.forks.offer.models import Range

_NAME = re.compile(r"^g(\d{1,3})-(?:c(\d{1,3})-)?([a-z]+)$")
Choices = list[tuple[str, Any]]


@dataclass
class Row:
    """One condition as it stands on the page.

    `what` is "fact:<key>", "event:<kind>", "bought:<goods>", "segment" or "group:<key>"; of a group `value` is its parameters.
    """

    what: str = ""
    question: str = ""
    value: str = ""
    values: list[str] = field(default_factory=list)
    did: bool = True
    times: str = "1"
    days: str = ""
    problems: list[str] = field(default_factory=list)
    words: str = ""

    @property
    def kind(self) -> str:
        return self.what.partition(":")[0]

    @property
    def name(self) -> str:
        return self.what.partition(":")[2]

    @property
    def fact(self) -> Fact | None:
        return next((fact for fact in facts.every() if fact.key == self.name), None) if self.kind == "fact" else None

    @property
    def questions(self) -> Choices:
        return [(key, written.QUESTIONS[key]) for key in written.questions_of(self.fact)] if self.fact else []

    @property
    def entry(self) -> str:
        """Which field the answer is typed in: "none", "choice", "many", "month", "day", "days", "number" or "text"."""
        fact = self.fact
        if fact is None or not self.question or self.question in EITHER_WAY:
            return "none"
        if self.question in written.MOVING:
            return "days"
        if self.question == "is_one_of":
            return "many"
        if written.is_month(fact) and self.question == "is":
            return "choice"
        entries = {Kind.CHOICE: "choice", Kind.FLAG: "choice", Kind.DATE: "day", Kind.NUMBER: "number", Kind.MONEY: "number"}
        return entries.get(fact.kind, "text")

    @property
    def choices(self) -> Choices:
        """What may be chosen as the answer."""
        if self.kind == "segment":
            return [(str(pk), name) for pk, name in Segment.objects.values_list("pk", "name")]
        if self.what == "bought:category":
            return tree.choices()
        if self.what == "bought:range":
            return [(str(pk), name) for pk, name in Range.objects.order_by("name").values_list("pk", "name")]
        fact = self.fact
        if fact and written.is_month(fact):
            return [(written.THIS_MONTH, _("this month")), *((str(month), str(month)) for month in range(1, 13))]
        if fact and fact.kind is Kind.FLAG:
            return [("true", _("yes")), ("false", _("no"))]
        return [(str(key), label) for key, label in fact.choices] if fact else []

    def as_json(self) -> dict[str, Any]:
        """What it says, complete or not."""
        often = {"did": self.did, "times": self.times, "days": self.days or None}
        match self.kind:
            case "event":
                return {"type": "event", "event": self.name, **often}
            case "bought":
                which = _product_id(self.value) if self.name == "product" else self.value
                return {"type": "bought", "what": self.name, "id": which, **often}
            case "segment":
                return {"type": "segment", "segment": self.value, "did": self.did}
            case "group":
                return {"type": "group", "group": self.name, "parameters": self.value, "did": self.did}
        value = self.values if self.question == "is_one_of" else self.value
        return {"type": "fact", "fact": self.name, "question": self.question, "value": value}


@dataclass
class Rows:
    """One group."""

    match: str = written.ALL
    is_not: bool = False
    rows: list[Row] = field(default_factory=list)


@dataclass
class Draft:
    """The whole form."""

    match: str = written.ALL
    groups: list[Rows] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The rules as they stand; rows in which nothing is chosen are left out."""
        groups = [
            {
                "match": group.match,
                "is_not": group.is_not,
                "conditions": [row.as_json() for row in group.rows if row.what],
            }
            for group in self.groups
        ]
        return {"match": self.match, "groups": groups}

    def check(self) -> bool:
        """Write on each row what is wrong with it, or what it says; whether all is well."""
        rows = [row for group in self.groups for row in group.rows if row.what]
        for row in rows:
            try:
                read = written.read({"groups": [{"conditions": [row.as_json()]}]})
                row.words = reasons.in_words(read.conditions()[0])
            except CannotRead as error:
                row.problems = error.problems
        return not any(row.problems for row in rows)

    def do(self, action: str) -> None:
        """One press of a button: "add:0" a condition to a group, "remove:0:1", "group" or "ungroup:0"."""
        verb, *numbers = action.split(":")
        at = [int(number) if number.isdecimal() and len(number) < 4 else 999 for number in numbers] + [999, 999]
        if verb == "group":
            self.groups.append(Rows(rows=[Row()]))
        elif at[0] < len(self.groups):
            group = self.groups[at[0]]
            if verb == "add":
                group.rows.append(Row())
            elif verb == "ungroup":
                self.groups.remove(group)
            elif verb == "remove" and at[1] < len(group.rows):
                del group.rows[at[1]]

    def with_a_row(self) -> "Draft":
        """Never an empty page: at least one group with one row."""
        self.groups = self.groups or [Rows()]
        for group in self.groups:
            group.rows = group.rows or [Row()]
        return self


def typed(sent: QueryDict) -> Draft:
    """The form as a browser sent it, in the order of its rows."""
    found: dict[int, dict[int, dict[str, str]]] = {}
    heads: dict[int, dict[str, str]] = {}
    for name in sent:
        parts, said = _NAME.match(name), str(sent[name])
        if parts is None:
            continue
        group, row, what = int(parts[1]), parts[2], parts[3]
        heads.setdefault(group, {})
        if row is None:
            heads[group][what] = said
        else:
            found.setdefault(group, {}).setdefault(int(row), {})[what] = said
    groups = [
        Rows(
            match=heads[number].get("match", written.ALL),
            is_not=heads[number].get("not", "") == "yes",
            rows=[
                _row(fields, sent.getlist(f"g{number}-c{at}-values")) for at, fields in sorted(found.get(number, {}).items())
            ],
        )
        for number in sorted(heads)[: written.MOST_GROUPS + 1]
    ]
    return Draft(sent.get("match", written.ALL), groups)


def of(rules: Any) -> Draft:
    """The form for rules that are kept, also for those that cannot be read any more."""
    kept = rules if isinstance(rules, Mapping) else {}
    groups = [group for group in kept.get("groups") or [] if isinstance(group, Mapping)]
    return Draft(
        str(kept.get("match", written.ALL)),
        [
            Rows(
                str(group.get("match", written.ALL)),
                bool(group.get("is_not")),
                [_kept(one) for one in group.get("conditions") or [] if isinstance(one, Mapping)],
            )
            for group in groups
        ],
    )


def asked_for(query: QueryDict) -> Draft:
    """A new segment from an address: `?fact=…&question=…&value=…`, several of each for several conditions.

    Or `?group=…&parameters=…`: a group that an app knows, which the form can keep and turn round but not make.
    """
    values = [*query.getlist("value"), *[""] * 100]
    triples = zip(query.getlist("fact"), query.getlist("question"), values, strict=False)
    rows = [Row(f"fact:{key}", question, value, [value]) for key, question, value in triples]
    pairs = zip(query.getlist("group"), query.getlist("parameters"), strict=False)
    rows += [Row(f"group:{key}", value=parameters) for key, parameters in pairs]
    return Draft(groups=[Rows(rows=rows[: written.MOST_CONDITIONS])] if rows else [])


def what_choices() -> list[tuple[Any, Choices]]:
    """All that a condition may be about, in groups, for the first select box of a row."""
    return [
        (
            _("What is known"),
            [(f"fact:{fact.key}", fact.label) for fact in sorted(facts.every(), key=lambda one: str(one.label))],
        ),
        (_("What was bought"), [(f"bought:{key}", label) for key, label in written.GOODS.items()]),
        (_("What happened"), [(f"event:{kind}", label) for kind, label in written.event_choices()]),
        (_("Segments"), [("segment", _("is in a segment"))]),
    ]


def _row(fields: Mapping[str, str], values: list[str]) -> Row:
    row = Row(
        what=fields.get("what", ""),
        question=fields.get("question", ""),
        value=fields.get("value", "").strip(),
        values=values,
        did=fields.get("did", "yes") == "yes",
        times=fields.get("times", "").strip() or "1",
        days=fields.get("days", "").strip(),
    )
    possible = [key for key, _label in row.questions]
    if possible and row.question not in possible:  # another fact was chosen: its first question
        row.question, row.value = possible[0], ""
    return row


def _kept(one: Mapping[str, Any]) -> Row:
    kind = one.get("type")
    names = {"fact": "fact", "event": "event", "bought": "what", "group": "group"}
    name = one.get(names.get(str(kind), ""))
    value = one.get({"fact": "value", "segment": "segment", "group": "parameters"}.get(str(kind), "id"))
    if kind == "bought" and name == "product":
        value = _sku_of(value)
    values = [str(each) for each in value] if isinstance(value, list) else []
    return Row(
        what=f"{kind}:{name}" if name else str(kind),
        question=str(one.get("question") or ""),
        value="" if value is None or values else str(value),
        values=values,
        did=bool(one.get("did", True)),
        times=str(one.get("times", 1)),
        days="" if one.get("days") is None else str(one.get("days")),
    )


def _product_id(said: str) -> Any:
    """The product behind a SKU or a title; what was typed if there is none, for the complaint."""
    found = Product.objects.filter(stockrecords__partner_sku__iexact=said).first() if said and "\0" not in said else None
    if found is None and said and "\0" not in said:
        found = Product.objects.filter(title__iexact=said).exclude(structure=Product.CHILD).first()
    return found.pk if found else said


def _sku_of(pk: Any) -> str:
    """How a product is called in the form: by its SKU, else by its title."""
    found = Product.objects.filter(pk=pk).first() if str(pk).isdecimal() else None
    if found is None:
        return str(pk or "")
    record = found.stockrecords.order_by("pk").first()
    return str(record.partner_sku if record else found.title)
