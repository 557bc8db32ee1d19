"""What a row of a list can be: how its customers are found, what it adds up to, and in which order it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, DecimalField, F, IntegerField, Q, QuerySet, Sum, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from analytics.metrics import Unit
from analytics.models import Step
from analytics.sums import Slice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


AMOUNT: dict[str, Any] = {"default": 0, "output_field": DecimalField()}


@dataclass(frozen=True)
class Total:
    """What the rows come to: their number, or the sum of something in each."""

    key: str
    label: "StrOrPromise"
    unit: Unit
    of: Callable[[Slice], Any]


@dataclass(frozen=True)
class Kind:
    """`people` is the way from a row to its customer, empty where a row is nobody's; `along` is read with the rows."""

    key: str
    totals: tuple[Total, ...]
    order: tuple[str, ...]
    people: str = "customer"
    along: tuple[str, ...] = ()

    def sums(self, rows: "QuerySet[Any]", part: Slice) -> list[tuple[Total, Any]]:
        """Each total of all the rows, in one query; None where it is not known."""
        found = rows.order_by().aggregate(**{f"total_{total.key}": total.of(part) for total in self.totals})
        return [(total, found[f"total_{total.key}"]) for total in self.totals]


def _count(label: "StrOrPromise") -> Total:
    return Total("count", label, Unit.COUNT, lambda part: Count("pk"))


def _money(key: str, label: "StrOrPromise", what: Any, currency: str = "") -> Total:
    """Amounts of one currency are added up; in a list of several the others are left out."""
    return Total(
        key, label, Unit.MONEY,
        lambda part: Sum(what, filter=Q(**{currency: part.currency}) if currency else None, **AMOUNT),
    )  # fmt: skip


def _number(key: str, label: "StrOrPromise", what: str) -> Total:
    return Total(key, label, Unit.COUNT, lambda part: Sum(what, default=0))


def _points(part: Slice) -> Any:
    return Sum(Cast(KT("data__points"), IntegerField()), default=0)


def _margin(part: Slice) -> Any:
    """Not known where the cost of anything is not."""
    unknown = Count("pk", filter=Q(margin__isnull=True))
    return Case(When(Exact(unknown, 0), then=Sum("margin", **AMOUNT)), output_field=DecimalField())


NET = F("paid") - F("refunded")
_STEPS = tuple(_number(step.value, step.label, step.value) for step in Step)
KINDS = {
    kind.key: kind
    for kind in (
        Kind("orders", (
            _count(_("Orders")), _money("paid", _("Paid"), "paid", "currency"),
            _money("refunded", _("Given back"), "refunded", "currency"), _money("net", _("Net revenue"), NET, "currency"),
        ), ("-day", "-order_id"), along=("order", "customer")),
        # A customer is shown by one of their orders; their summary comes with it.
        Kind("customers", (_count(_("People")),), ("-day", "-order_id"), along=("customer__analytics_stats",)),
        Kind("refunds", (_count(_("Refunds")), _money("amount", _("Given back"), "amount", "attempt__currency")),
             ("-done_at", "-pk"), "order__customer", ("order__customer", "attempt")),
        Kind("events", (_count(_("Entries")), Total("points", _("Points"), Unit.COUNT, _points)), ("-happened_at", "-pk"),
             along=("customer",)),
        Kind("answers", (_count(_("Answers")),), ("-happened_at", "-pk"), along=("customer",)),
        Kind("visits", (_count(_("Visits")), Total("people", _("People known"), Unit.COUNT,
                                                  lambda part: Count("customer", distinct=True))),
             ("-began_at", "-pk"), along=("customer",)),
        Kind("traffic", _STEPS, ("-day", "channel", "device"), ""),
        Kind("spend", (_money("amount", _("Spend"), "amount"),), ("-day", "channel", "campaign"), ""),
        Kind("lines", (
            _number("units", _("Units"), "quantity"), _number("back", _("Units given back"), "quantity_refunded"),
            _money("net", _("Net revenue"), "net"), Total("margin", _("Margin"), Unit.MONEY, _margin),
        ), ("-order__analytics_sale__day", "-pk"), "order__customer",
             ("order__customer", "order__analytics_sale", "product__parent")),
        Kind("shares", (
            _count(_("Orders")), Total("share", _("Shares of orders"), Unit.NUMBER, lambda part: Sum("share", **AMOUNT)),
            _money("net", _("Net revenue"), "net_share", "currency"),
        ), ("-day", "-order_id"), along=("order", "customer")),
        Kind("buyers", (
            _count(_("People")),
            Total("spent", _("Spent so far"), Unit.MONEY, lambda part: Sum("customer__analytics_stats__spent", **AMOUNT)),
            Total("ahead", _("Expected in a year"), Unit.MONEY, lambda part: Sum("value_ahead", **AMOUNT)),
            Total("orders_ahead", _("Orders expected in a year"), Unit.NUMBER, lambda part: Sum("orders_ahead", **AMOUNT)),
        ), ("-value_ahead", "-pk"), along=("customer__analytics_stats",)),
    )
}  # fmt: skip
