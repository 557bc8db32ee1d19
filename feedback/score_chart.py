"""A score month by month with the interval in which it lies, as SVG drawn on the server. The numbers stand below as a table."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from feedback.reports import Row
from feedback.scores import Score

WIDTH, HEIGHT, FOOT, HEAD, LEFT = 720, 220, 24, 12, 34


def drawn(rows: Sequence[Row], highest: int = 100) -> SafeString:
    """`rows`: one for each month. Months with too few answers have no dot. The scale begins at 0, -50 or -100."""
    least = min((row.score.low for row in rows if row.score.is_told), default=0)
    lowest = 0 if least >= 0 else -50 if least >= -50 else -100
    step = (WIDTH - LEFT) / max(len(rows), 1)
    marks = format_html_join("\n", "{}", ((_mark(place, row, step, lowest, highest),) for place, row in enumerate(rows)))
    every = max(1, len(rows) // 12)
    names = format_html_join(
        "\n",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (_short(LEFT + (place + 0.5) * step), HEIGHT - 6, row.label.split()[0])
            for place, row in enumerate(rows)
            if place % every == 0
        ),
    )
    levels = (lowest, (lowest + highest) // 2, highest)
    grid = format_html_join(
        "\n",
        '<line x1="{}" x2="{}" y1="{}" y2="{}"></line><text x="0" y="{}">{}</text>',
        (
            (LEFT, WIDTH, _at(level, lowest, highest), _at(level, lowest, highest), _at(level, lowest, highest, 4), level)
            for level in levels
        ),
    )
    return format_html(
        '<svg class="desk-chart score-chart" viewBox="0 0 {} {}" aria-hidden="true">{}{}{}{}</svg>',
        WIDTH, HEIGHT, grid, _line(rows, step, lowest, highest), marks, names,
    )  # fmt: skip


def _mark(place: int, row: Row, step: float, lowest: int, highest: int) -> SafeString:
    x = _short(LEFT + (place + 0.5) * step)
    if not row.score.is_told:
        return SafeString("")
    return format_html(
        '<g><rect class="is-ground" x="{}" y="{}" width="{}" height="{}"></rect>'
        '<line class="is-reach" x1="{}" x2="{}" y1="{}" y2="{}"></line><circle cx="{}" cy="{}" r="4"></circle>'
        "<title>{}: {} ({} … {}), n = {}</title></g>",
        _short(LEFT + place * step), HEAD, _short(step), HEIGHT - FOOT - HEAD,
        x, x, _at(row.score.low, lowest, highest), _at(row.score.high, lowest, highest),
        x, _at(row.score.value or 0, lowest, highest),
        row.label, round(row.score.value or 0), round(row.score.low), round(row.score.high), row.score.count,
    )  # fmt: skip


def _line(rows: Sequence[Row], step: float, lowest: int, highest: int) -> SafeString:
    points = [
        f"{_short(LEFT + (place + 0.5) * step)},{_at(row.score.value or 0, lowest, highest)}"
        for place, row in enumerate(rows)
        if row.score.is_told
    ]
    return format_html('<polyline points="{}"></polyline>', " ".join(points))


def _at(value: float, lowest: int, highest: int, more: int = 0) -> str:
    share = (value - lowest) / (highest - lowest)
    return _short(HEIGHT - FOOT - share * (HEIGHT - FOOT - HEAD) + more)


def _short(number: float) -> str:
    return f"{number:.1f}"  # never with a decimal comma: SVG knows only points


def share(score: Score) -> SafeString:
    """A lying bar of 0 to 100 per cent, and over it the interval in which the share lies."""
    return format_html(
        '<svg class="desk-chart share-chart" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="is-whole" width="100" height="10"></rect><rect width="{}" height="10"></rect>'
        '<line class="is-reach" x1="{}" x2="{}" y1="5" y2="5"></line></svg>',
        _short(score.value or 0), _short(score.low), _short(score.high),
    )  # fmt: skip
