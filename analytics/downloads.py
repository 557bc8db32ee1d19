"""What stands in each column of the files that lists are downloaded as."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.cohorts import Row as CohortRow
from analytics.lists import List
from analytics.models import Portrait, Sale, Spend, Stats, Step, Traffic, Visit
from analytics.narrowing import DAYS
from analytics.periods import Period
from analytics.products import Row as ProductRow
from shop.desk import spreadsheets
from shop.events.models import Event
from shop.payments.models import Refund


def of(listed: List, rows: Any, period: Period, *, with_people: bool) -> StreamingHttpResponse:
    """The rows of a list, read from the database as they are sent; without people the column of their addresses is left out."""
    head, line = COLUMNS[listed.of]
    names = head()
    shown = [place for place, name in enumerate(names) if with_people or name != _("E-mail")]
    lines = (line(row) for row in rows.iterator(chunk_size=2000))
    return spreadsheets.answer(
        f"{listed.key}-{period.first}-{period.last}" if listed.knows >= DAYS else listed.key,
        _only(shown, names),
        (_only(shown, cells) for cells in lines),
    )


def of_cohorts(rows: Sequence[CohortRow], measure: str) -> StreamingHttpResponse:
    """A line for each month, a column for each month since."""
    head = [_("Month"), _("Customers"), *(str(number) for number in range(max((len(row.cells) for row in rows), default=0)))]
    return spreadsheets.answer(
        f"cohorts-{measure}", head, ((row.month, row.size, *(cell.value for cell in row.cells)) for row in rows)
    )


def of_products(rows: Iterable[ProductRow]) -> StreamingHttpResponse:
    head = [
        _("Product"), _("Category"), _("Units"), _("Units given back"), _("Net revenue"), _("Margin"), _("First orders"),
        _("Came again"),
    ]  # fmt: skip
    lines = (
        (row.title, row.category, row.units, row.refunded_units, row.net, row.margin, row.firsts, row.came_again)
        for row in rows
    )
    return spreadsheets.answer("products", head, lines)


def _only(places: Sequence[int], cells: Sequence[Any]) -> list[Any]:
    return [cells[place] for place in places if place < len(cells)]


def _order_head() -> list[str]:
    return [
        _("Number"), _("Day"), _("E-mail"), _("Which of theirs"), _("Currency"), _("Paid"), _("Given back"), _("Channel"),
        _("Country"),
    ]  # fmt: skip


def _order(sale: Sale) -> tuple[Any, ...]:
    return (
        sale.order.number, sale.day, sale.customer.email, sale.nth, sale.currency, sale.paid, sale.refunded,
        sale.get_channel_display(), sale.country,
    )  # fmt: skip


def _customer_head() -> list[str]:
    return [
        _("E-mail"),
        _("Name"),
        _("Language"),
        _("Orders"),
        _("Spent"),
        _("First order"),
        _("Last order"),
        _("Came through"),
    ]


def _customer(sale: Sale) -> tuple[Any, ...]:
    customer = sale.customer
    try:
        stats = customer.analytics_stats
        summary = (stats.orders, stats.spent, stats.first_order_on, stats.last_order_on, stats.get_channel_display())
    except Stats.DoesNotExist:
        summary = ()  # type: ignore[assignment]
    return (customer.email, customer.name, customer.language, *summary)


def _refund_head() -> list[str]:
    return [_("Day"), _("Order"), _("E-mail"), _("Currency"), _("Given back"), _("Reason")]


def _refund(refund: Refund) -> tuple[Any, ...]:
    day = timezone.localdate(refund.done_at) if refund.done_at else None
    order = refund.order
    return (day, order.number, order.customer and order.customer.email, refund.attempt.currency, refund.amount, refund.reason)


def _event_head() -> list[str]:
    return [_("When"), _("E-mail"), _("What"), _("Points")]


def _event(event: Event) -> tuple[Any, ...]:
    return (_when(event.happened_at), event.customer and event.customer.email, event.kind, event.data.get("points"))


def _answer_head() -> list[str]:
    return [_("When"), _("E-mail"), _("Score")]


def _answer(event: Event) -> tuple[Any, ...]:
    return (_when(event.happened_at), event.customer and event.customer.email, event.data.get("score"))


def _visit_head() -> list[str]:
    return [
        _("Began"), _("E-mail"), _("Channel"), _("Source"), _("Medium"), _("Campaign"), _("Came from"), _("First page"),
        _("Device"), _("Country"),
    ]  # fmt: skip


def _visit(visit: Visit) -> tuple[Any, ...]:
    return (
        _when(visit.began_at), visit.customer and visit.customer.email, visit.get_channel_display(), visit.source, visit.medium,
        visit.campaign, visit.referrer, visit.landing, visit.get_device_display(), visit.country,
    )  # fmt: skip


def _traffic_head() -> list[str]:
    return [_("Day"), _("Channel"), _("Device"), *(str(step.label) for step in Step)]


def _traffic(row: Traffic) -> tuple[Any, ...]:
    return (row.day, row.get_channel_display(), row.get_device_display(), *(getattr(row, step.value) for step in Step))


def _spend_head() -> list[str]:
    return [_("Day"), _("Channel"), _("Campaign"), _("Spend")]


def _spend(row: Spend) -> tuple[Any, ...]:
    return (row.day, row.get_channel_display(), row.campaign, row.amount)


def _line_head() -> list[str]:
    return [
        _("Day"), _("Order"), _("E-mail"), _("Product"), _("SKU"), _("Units"), _("Units given back"), _("Net revenue"),
        _("Margin"),
    ]  # fmt: skip


def _line(line: Any) -> tuple[Any, ...]:
    customer = line.order.customer
    return (
        line.order.analytics_sale.day, line.order.number, customer and customer.email, line.title, line.partner_sku,
        line.quantity, line.quantity_refunded, _cents(line.net), _cents(line.margin),
    )  # fmt: skip


def _share_head() -> list[str]:
    return [_("Number"), _("Day"), _("E-mail"), _("Channel"), _("Visits before"), _("Share"), _("Net revenue")]


def _share(sale: Any) -> tuple[Any, ...]:
    return (
        sale.order.number, sale.day, sale.customer.email, sale.get_channel_display(), sale.touches, round(sale.share, 4),
        _cents(sale.net_share),
    )  # fmt: skip


def _buyer_head() -> list[str]:
    return [
        _("E-mail"), _("Group"), _("How lately"), _("How often"), _("For how much"), _("Orders"), _("Spent"), _("Last order"),
        _("Chance to be active"), _("Expected in a year"),
    ]  # fmt: skip


def _buyer(row: Portrait) -> tuple[Any, ...]:
    stats = row.customer.analytics_stats
    return (
        row.customer.email, row.get_group_display(), row.recency, row.frequency, row.monetary, stats.orders, stats.spent,
        stats.last_order_on, row.chance_active, row.value_ahead,
    )  # fmt: skip


def _when(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(Decimal("0.01"))


COLUMNS: dict[str, tuple[Callable[[], list[str]], Callable[[Any], tuple[Any, ...]]]] = {
    "orders": (_order_head, _order),
    "customers": (_customer_head, _customer),
    "refunds": (_refund_head, _refund),
    "events": (_event_head, _event),
    "answers": (_answer_head, _answer),
    "visits": (_visit_head, _visit),
    "traffic": (_traffic_head, _traffic),
    "spend": (_spend_head, _spend),
    "lines": (_line_head, _line),
    "shares": (_share_head, _share),
    "buyers": (_buyer_head, _buyer),
}
