"""Pages about visits inside the admin: how far they go, and what orders are put down to."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from analytics import charts, forms, funnel, showing, touches, views
from analytics.charts import Point
from analytics.metrics import Unit
from analytics.models import Channel, Device, Step
from analytics.narrowing import DAYS
from analytics.periods import Period

MANY = 45  # days from which on a point of the chart is a week


def funnel_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Visits, products, baskets, checkouts, orders."""
    question = forms.asked(request.GET, timezone.localdate(), DAYS | {"channel"})
    device = request.GET.get("device", "") if request.GET.get("device", "") in Device.values else ""
    where = {"channel": question.part.channel, "device": device}
    now = funnel.totals(question.period, is_traced=True, **where)
    before = funnel.totals(question.period.before(), is_traced=True, **where)
    others = funnel.totals(question.period, is_traced=False, device=device)
    days = funnel.by("day", question.period, **where)
    return views._page(
        model_admin, request, "analytics/visits.html", gettext("Visits"), question,
        device=device,
        devices=Device.choices,
        bars=[(bar, charts.share(bar.share or 0), _share(bar.share), _share(bar.kept)) for bar in funnel.bars(now)],
        now=now,
        rate=_share(_rate(now)),
        rate_before=_share(_rate(before)),
        visits_before=before[0],
        others=list(zip(Step, others, strict=True)),
        others_rate=_share(_rate(others)),
        chart=charts.line(_points(days, question.period), lambda number: showing.tick(number, Unit.SHARE)),
        tables=[
            ("channel", gettext("By channel"), _lines(funnel.by("channel", question.period, **where))),
            ("device", gettext("By device"), _lines(funnel.by("device", question.period, **where))),
        ],
        days=_lines(reversed(days)),
        doors=_doors(question.period, question.part.channel, device),
    )  # fmt: skip


def ways(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The same orders by three rules."""
    question = forms.asked(request.GET, timezone.localdate(), DAYS | {"currency"})
    found = touches.shares(question.period, question.part.currency)
    currency = question.part.currency
    rows = [
        (
            row.channel,
            [(touches.RULES[place], _of_rule(orders, place)) for place, orders in enumerate(row.orders)],
            [(touches.RULES[place], showing.value(net, Unit.MONEY, currency)) for place, net in enumerate(row.net)],
            charts.share(float(row.orders[0]) / found.orders) if found.orders else "",
        )
        for row in found.rows
    ]
    sums = [sum(row.net[place] for row in found.rows) for place in range(len(touches.RULES))]
    return views._page(
        model_admin, request, "analytics/ways.html", gettext("Ways to an order"), question,
        rows=rows,
        found=found,
        net=[(touches.RULES[place], showing.value(amount, Unit.MONEY, currency)) for place, amount in enumerate(sums)],
        rules=touches.RULES,
        known_share=_share(found.known / found.orders if found.orders else None),
        names=dict(Channel.choices),
    )  # fmt: skip


def _doors(period: Period, channel: str, device: str) -> list[tuple[str, str, list[tuple[str, int, int, str]]]]:
    titles = {"source": gettext("Sources"), "campaign": gettext("Campaigns"), "landing": gettext("First pages")}
    return [
        (key, title, [(*row, _share(row[2] / row[1])) for row in funnel.doors(key, period, channel, device)])
        for key, title in titles.items()
    ]


def _rate(counts: tuple[int, ...]) -> float | None:
    return counts[-1] / counts[0] if counts[0] else None


def _of_rule(orders: Decimal, place: int) -> str | int:
    """Whole orders, but where each visit gets a part of one."""
    return showing.value(orders, Unit.NUMBER) if touches.RULES[place] == "linear" else int(orders)


def _share(part: float | None) -> str:
    return showing.value(part, Unit.SHARE)


def _lines(rows: Any) -> list[tuple[funnel.Row, str]]:
    return [(row, _share(row.rate)) for row in rows]


def _points(days: list[funnel.Row], period: Period) -> list[Point]:
    """The conversion rate of each day; of each week where there are many."""
    step = 7 if period.days > MANY else 1
    points = []
    for number in range(0, period.days, step):
        first = period.first + timedelta(days=number)
        some = [row.counts for row in days if first <= row.key < first + timedelta(days=step)]
        came, ordered = sum(counts[0] for counts in some), sum(counts[-1] for counts in some)
        rate = ordered / came if came else None
        points.append(Point(date_format(first, "j M"), rate, f"{date_format(first, 'SHORT_DATE_FORMAT')}: {_share(rate)}"))
    return points
