"""Figures in pages that open into the rows behind them."""

from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from analytics import showing
from analytics.lists import LISTS
from analytics.metrics import Unit
from analytics.periods import Period

register = template.Library()


@register.simple_tag(takes_context=True)
def opens(context: Any, key: str, figure: Any, span: Period | None = None, **narrow: Any) -> SafeString:
    """A figure as a link to the list of this name, of the page's question narrowed further; `span` is other days.

    Counts are integers, money is decimal; a text is shown as it is. A dash for None.
    """
    if figure is None:
        return SafeString("–")
    currency = context["question"].part.currency if "currency" in LISTS[key].knows else ""
    return format_html('<a class="desk-link" href="{}">{}</a>', rows_of(context, key, span, **narrow), _shown(figure, currency))


@register.simple_tag(takes_context=True)
def rows_of(context: Any, key: str, span: Period | None = None, **narrow: Any) -> str:
    """The address of the list of this name, asked what it knows of the page's question."""
    listed: str = reverse("admin:insights_day_rows", args=[key])
    return listed + str(context["question"].link(LISTS[key].knows, **_days(span), **narrow))


@register.simple_tag(takes_context=True)
def asks(context: Any, span: Period | None = None, **narrow: Any) -> str:
    """The page's question as a query string, narrowed further or about other days."""
    return str(context["question"].link(**_days(span), **narrow))


def _days(span: Period | None) -> dict[str, Any]:
    return {"period": "own", "first": span.first, "last": span.last} if span else {}


def _shown(figure: Any, currency: str) -> str:
    if isinstance(figure, Decimal):
        return showing.value(figure, Unit.MONEY, currency)
    return showing.count(figure) if isinstance(figure, int) else str(figure)
