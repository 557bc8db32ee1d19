"""Charts as SVG drawn on the server. Each stands beside a table with the same numbers, so it is hidden from screen readers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, LEFT, RIGHT, HEAD, FOOT = 720, 240, 62, 22, 14, 26
SPARK_WIDTH, SPARK_HEIGHT = 120, 28


@dataclass(frozen=True)
class Point:
    """`label` stands below the axis, `title` is told on hovering."""

    label: str
    value: float | None
    title: str = ""


def line(points: Sequence[Point], shown: Callable[[float], str], *, marked: int = -1) -> SafeString:
    """A line with its axis; gaps where there is no figure. `marked` is the point that the page is about."""
    known = [point.value for point in points if point.value is not None]
    low, high, step = scale(min(known, default=0), max(known, default=0))
    room, span = HEIGHT - HEAD - FOOT, high - low
    place = (WIDTH - LEFT - RIGHT) / max(len(points) - 1, 1)

    def at(index: int, value: float) -> tuple[str, str]:
        return _short(LEFT + index * place), _short(HEAD + room - (value - low) / span * room)

    spots = [(index, *at(index, point.value), point) for index, point in enumerate(points) if point.value is not None]
    dots = format_html_join(
        "",
        '<g class="{}"><circle class="is-ground" cx="{}" cy="{}" r="14"></circle><circle cx="{}" cy="{}" r="4"></circle>'
        "<title>{}</title></g>",
        (("is-marked" if index == marked % len(points) else "", x, y, x, y, point.title) for index, x, y, point in spots),
    )
    return format_html(
        '<svg class="figure-chart" viewBox="0 0 {} {}" aria-hidden="true">{}{}<path class="is-line" d="{}"></path>{}</svg>',
        WIDTH, HEIGHT, _axis(low, high, step, shown), _feet(points, place), _path(_runs(points, at)), dots,
    )  # fmt: skip


def bars(points: Sequence[Point], shown: Callable[[float], str]) -> SafeString:
    """A bar for each point, from nought."""
    _low, high, step = scale(0, max((point.value or 0 for point in points), default=0))
    room, place = HEIGHT - HEAD - FOOT, (WIDTH - LEFT - RIGHT) / max(len(points), 1)
    drawn = format_html_join(
        "",
        '<g><rect class="is-ground" x="{}" y="{}" width="{}" height="{}"></rect>'
        '<rect class="is-bar" x="{}" y="{}" width="{}" height="{}" rx="2"></rect><title>{}</title></g>',
        (
            (
                _short(LEFT + index * place), HEAD, _short(place), room,
                _short(LEFT + (index + 0.14) * place), _short(HEAD + room - (point.value or 0) / high * room),
                _short(place * 0.72), _short((point.value or 0) / high * room), point.title,
            )
            for index, point in enumerate(points)
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="figure-chart" viewBox="0 0 {} {}" aria-hidden="true">{}{}{}</svg>',
        WIDTH, HEIGHT, _axis(0, high, step, shown), _feet(points, place, middle=True), drawn,
    )  # fmt: skip


def pairs(points: Sequence[tuple[Point, Point]], shown: Callable[[float], str]) -> SafeString:
    """Two bars for each place, the first one hatched lightly: what was expected beside what came."""
    values = [each.value or 0 for pair in points for each in pair]
    _low, high, step = scale(0, max(values, default=0))
    room, place = HEIGHT - HEAD - FOOT, (WIDTH - LEFT - RIGHT) / max(len(points), 1)
    bars = [
        (
            name, _short(LEFT + (index + offset) * place), _short(HEAD + room - (point.value or 0) / high * room),
            _short(place * 0.32), _short((point.value or 0) / high * room), point.title,
        )
        for index, pair in enumerate(points)
        for name, offset, point in (("is-expected", 0.16, pair[0]), ("is-bar", 0.52, pair[1]))
    ]  # fmt: skip
    drawn = format_html_join(
        "", '<g><rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"></rect><title>{}</title></g>', bars
    )
    return format_html(
        '<svg class="figure-chart" viewBox="0 0 {} {}" aria-hidden="true">{}{}{}</svg>',
        WIDTH, HEIGHT, _axis(0, high, step, shown), _feet([first for first, _second in points], place, middle=True), drawn,
    )  # fmt: skip


def share(part: float) -> SafeString:
    """A lying bar: a part of a whole, 0 to 1."""
    return format_html(
        '<svg class="figure-share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="is-whole" width="100" height="10"></rect><rect class="is-bar" width="{}" height="10"></rect></svg>',
        _short(max(0.0, min(1.0, part)) * 100),
    )


def spark(values: Sequence[float | None]) -> SafeString:
    """A small line without an axis: which way it has been going."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(known), max(known)
    span = (high - low) or 1
    place = (SPARK_WIDTH - 8) / max(len(values) - 1, 1)

    def at(index: int, value: float) -> tuple[str, str]:
        return _short(4 + index * place), _short(SPARK_HEIGHT - 5 - (value - low) / span * (SPARK_HEIGHT - 10))

    points = [Point("", value) for value in values]
    end = [at(index, value) for index, value in enumerate(values) if value is not None][-1]
    return format_html(
        '<svg class="figure-spark" viewBox="0 0 {} {}" aria-hidden="true"><path d="{}"></path>'
        '<circle cx="{}" cy="{}" r="3"></circle></svg>',
        SPARK_WIDTH, SPARK_HEIGHT, _path(_runs(points, at)), *end,
    )  # fmt: skip


def scale(lowest: float, highest: float) -> tuple[float, float, float]:
    """Round numbers around the values, and the step between lines. Starts at nought unless all values are far above it."""
    if highest <= lowest:
        lowest, highest = min(lowest, 0.0), max(highest, lowest + 1 if not lowest else abs(lowest))
    if lowest >= 0 and lowest < highest * 0.6:
        lowest = 0
    raw = (highest - lowest) / 4
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    bottom = floor(lowest / step + 1e-9) * step
    top = bottom
    while top < highest - step * 1e-6:
        top += step
    return bottom, top, step


def _axis(low: float, high: float, step: float, shown: Callable[[float], str]) -> SafeString:
    room = HEIGHT - HEAD - FOOT
    lines = round((high - low) / step)
    return format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}"></line><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (LEFT, WIDTH - RIGHT, y, y, LEFT - 8, _short(float(y) + 4), shown(low + number * step))
            for number in range(lines + 1)
            for y in [_short(HEAD + room - number / lines * room)]
        ),
    )


def _feet(points: Sequence[Point], place: float, *, middle: bool = False) -> SafeString:
    every = max(1, -(-len(points) // 6))
    shift = 0.5 if middle else 0
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        (
            (
                _short(LEFT + (index + shift) * place), HEIGHT - 8,
                "end" if index == len(points) - 1 and not middle and len(points) > 1 else "middle", point.label,
            )
            for index, point in enumerate(points)
            if (len(points) - 1 - index) % every == 0
        ),
    )  # fmt: skip
    return format_html('<g class="is-feet">{}</g>', labels)


def _runs(points: Sequence[Point], at: Callable[[int, float], tuple[str, str]]) -> list[tuple[str, str] | None]:
    return [at(index, point.value) if point.value is not None else None for index, point in enumerate(points)]


def _path(spots: Sequence[tuple[str, str] | None]) -> str:
    drawn, is_down = [], False
    for spot in spots:
        if spot:
            drawn.append(f"{'L' if is_down else 'M'}{spot[0]} {spot[1]}")
        is_down = spot is not None
    return "".join(drawn)


def _short(number: float) -> str:
    return f"{number:.1f}"  # never with a decimal comma: SVG knows only points
