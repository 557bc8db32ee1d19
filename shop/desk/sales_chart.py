"""A bar for each day, as SVG drawn on the server; the same numbers stand beside it as a table for screen readers."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shop import money

WIDTH, HEIGHT, FOOT, HEAD = 720, 200, 22, 18
Series = Sequence[tuple[date, Decimal, int]]


def drawn(series: Series) -> SafeString:
    """`series`: day, amount, number of orders."""
    top = nice_top(max((amount for _day, amount, _count in series), default=Decimal(0)))
    step = WIDTH / max(len(series), 1)
    room = HEIGHT - FOOT - HEAD
    bars = format_html_join(
        "\n",
        '<g><rect class="is-ground" x="{}" y="{}" width="{}" height="{}"></rect>'
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2"></rect><title>{}</title></g>',
        (_bar(place, day, amount, step, room, top) for place, (day, amount, _count) in enumerate(series)),
    )
    labels = format_html_join(
        "\n",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (_short((place + 0.5) * step), HEIGHT - 6, date_format(day, "j.n"))
            for place, (day, _amount, _count) in enumerate(series)
            if place % 5 == 4
        ),
    )
    return format_html(
        '<svg class="desk-chart" viewBox="0 0 {} {}" aria-hidden="true">'
        '<line x1="0" x2="{}" y1="{}" y2="{}"></line><line x1="0" x2="{}" y1="{}" y2="{}"></line>'
        '<text x="0" y="12">{}</text>{}{}</svg>',
        WIDTH, HEIGHT, WIDTH, HEAD, HEAD, WIDTH, HEIGHT - FOOT, HEIGHT - FOOT, money.shown(top), bars, labels,
    )  # fmt: skip


def _bar(place: int, day: date, amount: Decimal, step: float, room: int, top: Decimal) -> tuple[object, ...]:
    height = float(amount / top) * room if top else 0.0
    ground = (_short(place * step), HEAD, _short(step), room)
    bar = (_short(place * step + step * 0.15), _short(HEAD + room - height), _short(step * 0.7), _short(height))
    return (*ground, *bar, f"{date_format(day, 'SHORT_DATE_FORMAT')}: {money.shown(amount)}")


def _short(number: float) -> str:
    return f"{number:.1f}"  # never with a decimal comma: SVG knows only points


def nice_top(highest: Decimal) -> Decimal:
    """The next round number above: 1, 2 or 5 and zeros."""
    if highest <= 0:
        return Decimal(1)
    power = Decimal(10) ** highest.adjusted()
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= highest)
