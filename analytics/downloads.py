"""What stands in each column of the files that lists are downloaded as."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import export
from analytics.cohorts import Row as CohortRow
from analytics.lists import List
from analytics.models import Sale, Stats
from analytics.periods import Period
from analytics.products import Row as ProductRow
from shop.events.models import Event
from shop.payments.models import Refund


def of(listed: List, rows: Any, period: Period) -> StreamingHttpResponse:
    """The rows of a list, read from the database as they are sent."""
    kinds: dict[str, tuple[Callable[[], list[str]], Callable[[Any], tuple[Any, ...]]]] = {
        "orders": (_order_head, _order),
        "customers": (_customer_head, _customer),
        "refunds": (_refund_head, _refund),
        "events": (_event_head, _event),
    }
    head, line = kinds[listed.of]
    name = f"{listed.key}-{period.first}-{period.last}"
    return export.answer(name, head(), (line(row) for row in rows.iterator(chunk_size=2000)))


def of_cohorts(rows: Sequence[CohortRow], measure: str) -> StreamingHttpResponse:
    """A line for each month, a column for each month since."""
    head = [_("Month"), _("Customers"), *(str(number) for number in range(max((len(row.cells) for row in rows), default=0)))]
    return export.answer(
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
    return export.answer("products", head, lines)


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
    return [_("When"), _("E-mail"), _("Score"), _("Points")]


def _event(event: Event) -> tuple[Any, ...]:
    when = timezone.localtime(event.happened_at).isoformat(timespec="seconds")
    return (when, event.customer and event.customer.email, event.data.get("score"), event.data.get("points"))
