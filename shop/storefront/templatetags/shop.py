"""What templates say often; built in, so no page has to load it."""

from decimal import Decimal
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shop import money as prices

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str = "") -> str:
    """`{{ price|money }}` or `{{ price|money:card.currency }}`: the price as this language writes it."""
    return "" if amount is None else prices.shown(amount, currency)


@register.filter
def halves(rating: float | None) -> int:
    """A mean of 4.3 stars as 9 half stars."""
    return round((rating or 0) * 2)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """`{% icon "basket" %}`: a drawing of static/img/icons.svg, silent for screen readers; the words stand beside it."""
    return _icon(name, extra)


@cache
def _icon(name: str, extra: str) -> SafeString:
    return format_html(
        '<svg class="icon icon-{}{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        name,
        f" {extra}" if extra else "",
        static("img/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """`{% query page=2 %}`: this page's query string with something changed; None or "" takes a parameter out."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}" if parameters else "?"
