"""Pages about buyers inside the admin: the kinds there are, the people behind each, and what is expected of them."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from analytics import buyers, charts, forms, showing, views
from analytics.charts import Point
from analytics.lists.buyers import NEW
from analytics.metrics import Unit
from analytics.models import Forecasting, Group, Portrait
from analytics.models.days import Day

STEPS = 10  # bars of a distribution
WEEKS = 52


def kinds(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The grid of buyers, six groups, and who moved."""
    rows, moved = buyers.rows(), buyers.moved()
    all_of_them = sum(row.people for row in rows) or 1
    spent = sum((row.spent for row in rows), Decimal(0)) or Decimal(1)
    return views._page(
        model_admin, request, "analytics/buyers.html", gettext("Kinds of buyers"), forms.asked({}, timezone.localdate()),
        grid=buyers.grid(),
        rows=[(row, _share(row.people / all_of_them), _share(float(row.spent / spent)), charts.share(row.people / all_of_them))
              for row in rows],
        movements=[
            (Group(was).label if was else gettext("New buyers"), was or NEW,
             [(now, moved.get((was, now.value), 0)) for now in Group])
            for was in ("", *Group.values)
        ],
        groups=list(Group),
        drawn_on=Portrait.objects.order_by("-drawn_on").values_list("drawn_on", flat=True).first(),
    )  # fmt: skip


def forecast(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """What the next year should bring, how the buyers differ, and whether the model was right a year ago."""
    note = Forecasting.objects.first()
    return views._page(
        model_admin, request, "analytics/forecast.html", gettext("Forecast"), forms.asked({}, timezone.localdate()),
        note=note,
        ahead=Portrait.objects.aggregate(people=Count("pk"), orders=Sum("orders_ahead"), value=Sum("value_ahead")),
        looked_from=note.drawn_on - timedelta(weeks=WEEKS) if note else None,
        words=_in_words(note) if note and note.buying else [],
        values=_distribution("value_ahead", _value_bounds()),
        chances=_distribution("chance_active", [number * 10.0 for number in range(STEPS + 1)]),
        best=Portrait.objects.exclude(value_ahead=None).select_related("customer").order_by("-value_ahead")[:20]
        if request.user.has_perm("customers.view_customer") else [],  # type: ignore[union-attr]
        check=_check(note.backtest) if note and note.backtest else None,
        has_days=Day.objects.exists(),
    )  # fmt: skip


def _share(part: float) -> str:
    return showing.value(part, Unit.SHARE)


def _in_words(note: Forecasting) -> list[str]:
    """What the night's parameters say of the shop's customers."""
    buying, spending = note.buying, note.spending
    said = [
        gettext("While they are customers, people order %(orders)s times a year on average; some far more often than others.")
        % {"orders": showing.value(buying["r"] / buying["alpha"] * WEEKS, Unit.NUMBER)},
        gettext("After an order, about %(share)s of people leave for good.")
        % {"share": _share(buying["a"] / (buying["a"] + buying["b"]))},
    ]  # fmt: skip
    if spending and spending["q"] > 1:
        mean = spending["p"] * spending["gamma"] / (spending["q"] - 1)
        words = gettext(
            "An order comes to %(amount)s on average over people; a person's own orders draw the estimate to theirs."
        )
        said.append(words % {"amount": showing.value(Decimal(f"{mean:.2f}"), Unit.MONEY)})
    return said


def _value_bounds() -> list[float]:
    """Bounds of a distribution of spend, up to what one of a hundred exceeds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY value_ahead) FROM insights_portrait")
        (top,) = cursor.fetchone() or (None,)
    _low, high, _step = charts.scale(0, float(top or 1))
    return [high / STEPS * number for number in range(STEPS + 1)]


def _distribution(name: str, bounds: list[float]) -> dict[str, Any]:
    """How many people stand between the bounds; what is above the last stands with the last."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT LEAST(width_bucket({name}, %s::numeric[]), %s), count(*) FROM insights_portrait"  # noqa: S608  two names
            f" WHERE {name} IS NOT NULL GROUP BY 1",
            [bounds, STEPS],
        )
        counts = dict(cursor.fetchall())
    is_money = name == "value_ahead"
    unit = Unit.MONEY if is_money else Unit.SHARE
    shown = [showing.tick(bound if is_money else bound / 100, unit) for bound in bounds]
    rows = []
    for place, (low, high) in enumerate(pairwise(bounds), start=1):
        is_last = place == STEPS
        label = f"{shown[place - 1]} – {shown[place]}" + ("+" if is_money and is_last else "")
        rows.append((label, counts.get(place, 0), "" if low == 0 else low, "" if is_last else high))
    points = [Point(shown[place], count, f"{label}: {count}") for place, (label, count, _low, _high) in enumerate(rows)]
    return {"rows": rows, "chart": charts.bars(points, lambda number: showing.tick(number, Unit.COUNT))}


def _check(kept: dict[str, Any]) -> dict[str, Any]:
    """The look back, as a chart and as rows."""
    rows, pairs = [], []
    for row in kept["rows"]:
        label = str(row["before"]) + ("+" if row["before"] == 7 else "")
        expected, real = (showing.value(row[name], Unit.NUMBER) for name in ("expected", "real"))
        rows.append((label, row["before"], row["people"], expected, real))
        told = gettext("%(label)s orders before: %(expected)s expected, %(real)s came")
        title = told % {"label": label, "expected": expected, "real": real}
        pairs.append((Point(label, row["expected"], title), Point(label, row["real"], title)))
    money = {
        name: showing.value(Decimal(str(kept[name])), Unit.MONEY)
        for name in ("value_expected", "value_low", "value_high", "value_real")
    }
    off = kept["orders_expected"] / kept["orders_real"] - 1 if kept["orders_real"] else None
    return {
        **money,
        "people": kept["people"],
        "orders_expected": showing.count(round(kept["orders_expected"])),
        "orders_real": showing.count(kept["orders_real"]),
        "off": showing.value(abs(off), Unit.SHARE) if off is not None else "",
        "is_above": off is not None and off > 0,
        "is_inside": kept["value_low"] <= kept["value_real"] <= kept["value_high"],
        "rows": rows,
        "chart": charts.pairs(pairs, lambda number: showing.tick(number, Unit.COUNT)),
    }
