"""Facts: what is true of a customer now, each declared once by the app that owns it.

A fact is an ORM path from `Customer`, never a function: the same declaration is a segment filter, a column, an e-mail
variable and an export column, all in one query. Keys are never renamed, only retired.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, QuerySet, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop import money
from shop.customers.models import Customer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Kind(Enum):
    """What a fact is made of; fixes the questions one may ask about it."""

    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"


_AMOUNT = {"is": "exact", "at_least": "gte", "at_most": "lte", "more_than": "gt", "less_than": "lt"}
_DAY = {"on": "exact", "since": "gte", "before": "lt"}
OPERATORS: dict[Kind, dict[str, str]] = {
    Kind.NUMBER: _AMOUNT,
    Kind.MONEY: _AMOUNT,
    Kind.DATE: _DAY,
    Kind.TEXT: {"is": "iexact", "contains": "icontains", "starts_with": "istartswith"},
    Kind.CHOICE: {"is": "exact", "is_one_of": "in"},
    Kind.FLAG: {"is": "exact"},
}
_FLAGS = {"true": True, "false": False}
EITHER_WAY = {"is_known": False, "is_unknown": True}  # asks whether the path leads nowhere


# The lookups once more in Python, for customers of whom only the default is known.
_ANSWERS: dict[str, Callable[[Any, Any], Any]] = {
    "exact": operator.eq,
    "gte": operator.ge,
    "lte": operator.le,
    "gt": operator.gt,
    "lt": operator.lt,
    "in": lambda default, asked: default in asked,
    "iexact": lambda default, asked: default.lower() == asked.lower(),
    "icontains": lambda default, asked: asked.lower() in default.lower(),
    "istartswith": lambda default, asked: default.lower().startswith(asked.lower()),
}


class NotAQuestion(ValueError):
    """The operator or the value does not fit the fact."""


@dataclass(frozen=True)
class Fact:
    """One fact. `default` counts where the path leads nowhere; `sample` stands in for it in previews."""

    key: str
    path: str
    kind: Kind
    label: "StrOrPromise"
    default: Any = None
    sample: Any = None
    choices: Sequence[tuple[str, "StrOrPromise"]] = ()

    def condition(self, question: str, value: Any = None) -> Q:
        """A filter on `Customer` for a question that somebody typed. Raises `NotAQuestion`."""
        if question in EITHER_WAY:
            return Q(**{f"{self.path}__isnull": EITHER_WAY[question]})
        lookup = OPERATORS[self.kind].get(question)
        if lookup is None:
            raise NotAQuestion(f"{self.key} cannot be asked “{question}”.")
        asked = self._understood(value, many=lookup == "in")
        if self.kind is Kind.DATE and self._is_moment():
            found = _within_days(self.path, lookup, asked)
        else:
            found = Q(**{f"{self.path}__{lookup}": asked})
        return found | Q(**{f"{self.path}__isnull": True}) if self._default_answers(lookup, asked) else found

    def expression(self) -> Any:
        """The fact as a column of a query on `Customer`."""
        return F(self.path) if self.default is None else Coalesce(F(self.path), Value(self.default))

    def shown(self, value: Any) -> str:
        """A value of it in words of the active language."""
        if self.kind is Kind.CHOICE:
            return str(dict(self.choices).get(value, value))
        if self.kind is Kind.FLAG:
            return gettext("Yes") if value else gettext("No")
        if self.kind is Kind.MONEY:
            return money.shown(value)
        return str(localize(timezone.localtime(value) if isinstance(value, datetime) else value))

    def field(self) -> Any:
        """The model field at the end of the path. Raises `FieldDoesNotExist`."""
        model: Any = Customer
        steps = self.path.split(LOOKUP_SEP)
        for step in steps[:-1]:
            relation = model._meta.get_field(step)
            if not (relation.one_to_one or relation.many_to_one):
                raise FieldDoesNotExist(f"{self.key}: {step} leads to many rows.")
            model = relation.related_model
        return model._meta.get_field(steps[-1])

    def _understood(self, value: Any, *, many: bool) -> Any:
        if many:
            values = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
            return [self._understood(each, many=False) for each in values]
        try:
            return self._parsed(value)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise NotAQuestion(f"“{value}” is no answer about {self.key}.") from error

    def _parsed(self, value: Any) -> Any:
        match self.kind:
            case Kind.NUMBER | Kind.MONEY:
                number = Decimal(str(value))
                if not number.is_finite() or abs(number) >= 10**15:
                    raise ValueError
                return number
            case Kind.DATE:
                return (
                    value.date()
                    if isinstance(value, datetime)
                    else value
                    if isinstance(value, date)
                    else date.fromisoformat(value)
                )
            case Kind.FLAG:
                return _FLAGS[str(value).lower()]
            case Kind.CHOICE if value not in dict(self.choices):
                raise ValueError
        if not isinstance(value, str) or "\0" in value or len(value) > 500:
            raise ValueError
        return value

    def _default_answers(self, lookup: str, asked: Any) -> bool:
        if self.default is None:
            return False
        default = self._parsed(self.default)
        return bool(_ANSWERS[lookup](default, asked))

    def _is_moment(self) -> bool:
        return bool(self.field().get_internal_type() == "DateTimeField")


def _within_days(path: str, lookup: str, day: date) -> Q:
    """A question about the shop's days, asked of moments as they are kept: turning each row's into a day would take long."""
    zone = timezone.get_current_timezone()
    begins, ends = datetime.combine(day, time.min, zone), datetime.combine(day, time.max, zone)
    return Q(**{f"{path}__range": (begins, ends)}) if lookup == "exact" else Q(**{f"{path}__{lookup}": begins})


_facts: dict[str, Fact] = {}


def declare(*facts: Fact) -> None:
    """Make facts known; called from an app's `facts` module. A key may be declared once."""
    for fact in facts:
        if fact.key in _facts:
            raise ValueError(f"The fact {fact.key} is declared twice.")
        _facts[fact.key] = fact


def every() -> list[Fact]:
    """All facts, by key."""
    return [_facts[key] for key in sorted(_facts)]


def named(key: str) -> Fact:
    """One fact. Raises `NotAQuestion` for a key that nobody declared."""
    try:
        return _facts[key]
    except KeyError as error:
        raise NotAQuestion(f"There is no fact {key}.") from error


def columns(customers: QuerySet[Customer], keys: Iterable[str]) -> QuerySet[Customer, Any]:
    """These facts of these customers, one dict each with `pk` and the keys, in one query."""
    # django-stubs know the names in `values()` only where they are written out.
    return customers.values("pk", **{key: named(key).expression() for key in keys})


def of(customer: Customer, keys: Iterable[str] | None = None) -> dict[str, Any]:
    """The facts of one customer, in one query."""
    wanted = list(keys) if keys is not None else list(_facts)
    if not wanted:
        return {}
    row = columns(Customer.objects.filter(pk=customer.pk), wanted).get()
    return {key: row[key] for key in wanted}


declare(
    Fact("customer_first_name", "first_name", Kind.TEXT, _("First name"), default="", sample="Ana"),
    Fact("customer_language", "language", Kind.TEXT, _("Language"), default="", sample="ro"),
    Fact("customer_country", "country", Kind.TEXT, _("Country"), default="", sample="MD"),
    Fact("customer_known_since", "created_at", Kind.DATE, _("Known since"), sample=date(2026, 1, 5)),
    Fact("customer_confirmed_on", "email_confirmed_at", Kind.DATE, _("Address confirmed on"), sample=date(2026, 1, 6)),
    Fact("customer_account_since", "user__date_joined", Kind.DATE, _("Account since"), sample=date(2026, 2, 1)),
    Fact("customer_birth_month", "birth_month", Kind.NUMBER, _("Month of birth"), sample=5),
    Fact("customer_birth_day", "birth_day", Kind.NUMBER, _("Day of birth"), sample=24),
)
