"""The effect of a mailing as a line: where the truth lies in 95 of 100 cases, and where nothing would be."""

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.lift import Difference

WIDTH, HEIGHT, SIDE, LINE = 360, 66, 30, 30


def drawn(difference: Difference) -> SafeString:
    """As SVG, in percentage points of buyers. The sentences beside it say the same: it is hidden from screen readers."""
    low, high = min(difference.low, 0.0), max(difference.high, 0.0)
    span = (high - low) or 1.0

    def place(value: float) -> str:
        return f"{SIDE + (value - low) / span * (WIDTH - 2 * SIDE):.1f}"  # never with a decimal comma: SVG knows only points

    ends = [(place(value), LINE + 22, _points(value)) for value in (difference.low, difference.high)]
    return format_html(
        '<svg class="lift-chart{}" viewBox="0 0 {} {}" aria-hidden="true">'
        '<line class="is-ground" x1="0" x2="{}" y1="{}" y2="{}"></line>'
        '<line class="is-zero" x1="{}" x2="{}" y1="8" y2="{}"></line>'
        '<line class="is-span" x1="{}" x2="{}" y1="{}" y2="{}"></line><circle cx="{}" cy="{}" r="5"></circle>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text><text x="{}" y="{}" text-anchor="middle">{}</text></svg>',
        " is-clear" if difference.is_clear else "", WIDTH, HEIGHT,
        WIDTH, LINE, LINE, place(0), place(0), HEIGHT - 26,
        ends[0][0], ends[1][0], LINE, LINE, place(difference.value), LINE,
        *ends[0], *ends[1],
    )  # fmt: skip


def _points(value: float) -> str:
    """With its sign; a true minus."""
    said = number_format(abs(round(value * 100, 1)))
    return f"−{said}" if value < 0 else f"+{said}"
