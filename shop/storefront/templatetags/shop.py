"""What templates say often; built in, so no page has to load it."""

from collections import OrderedDict
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shop import money as prices
from shop.content.kept import kept
from shop.orders import statuses
from shop.storefront import way_back

register = template.Library()

MOST_CARDS = 4000
_cards: OrderedDict[tuple[Any, ...], SafeString] = OrderedDict()


@register.filter
def money(amount: Decimal | None, currency: str = "") -> str:
    """`{{ price|money }}` or `{{ price|money:card.currency }}`: the price as this language writes it."""
    return "" if amount is None else prices.shown(amount, currency)


@register.filter
def status_name(status: str) -> str:
    """Where an order stands, in words: `{{ order.status|status_name }}`."""
    return str(statuses.NAMES.get(status, status))


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


@register.simple_tag(takes_context=True)
def here(context: template.Context) -> str:
    """`{% here %}`: the path of this page, for a form's `next`."""
    return way_back.here(context["request"])


@register.simple_tag
def product_card(card: Any, eager: bool = False, level: int = 3) -> SafeString:
    """components/_card.html for a card, drawn once for the same words, price and picture: lists are full of them.

    A card is a value and holds all that its template shows, so an old drawing cannot be wrong.
    """
    key = (get_language(), eager, level, *(tuple(part) if isinstance(part, list) else part for part in vars(card).values()))
    drawn = _cards.get(key)
    if drawn is None:
        drawn = SafeString(get_template("components/_card.html").render({"card": card, "eager": eager, "level": level}))
        _cards[key] = drawn
        if len(_cards) > MOST_CARDS:
            _cards.popitem(last=False)
    return drawn


class KeptNode(template.Node):
    """Rendered once for each language, until what a merchant writes changes (shop/content/kept.py)."""

    def __init__(self, name: FilterExpression, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        return kept(f"html {self.name.resolve(context)}", lambda: self.nodelist.render(context))


@register.tag("kept")
def kept_block(parser: Parser, token: Token) -> KeptNode:
    """`{% kept "footer" %}…{% endkept %}` around what is the same on every page in one language."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(parser.compile_filter(name), nodelist)
