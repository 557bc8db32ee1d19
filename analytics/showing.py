"""Figures in words: with the decimals, signs and units that people read."""

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_compact_currency, format_compact_decimal, format_decimal, format_percent
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from analytics.metrics import Metric, Unit, Value
from analytics.periods import Period
from shop import money as words
from shop.forks import money


@dataclass(frozen=True)
class Change:
    """Against the period before. `tone` is "is-good", "is-bad" or empty."""

    text: str
    arrow: str
    tone: str


def locale() -> str:
    return (get_language() or settings.LANGUAGE_CODE).replace("-", "_")


def value(amount: Value, unit: Unit, currency: str = "") -> str:
    """A dash where there is no figure."""
    if amount is None:
        return "–"
    match unit:
        case Unit.SHARE:
            return str(format_percent(amount, "#,##0.0 %" if locale() != "en" else "#,##0.0%", locale=locale()))
        case Unit.MONEY:
            currency = currency or settings.OSCAR_DEFAULT_CURRENCY
            return words.shown(money.rounded(Decimal(amount), currency), currency)
        case Unit.POINTS:
            return str(format_decimal(round(float(amount)), "+#,##0;−#,##0", locale=locale()))
        case Unit.NUMBER:
            return str(format_decimal(round(float(amount), 2), "#,##0.00", locale=locale()))
    return count(int(amount))


def tick(amount: float, unit: Unit, currency: str = "") -> str:
    """A round number beside an axis, as short as can be."""
    if unit is Unit.SHARE:
        return str(format_percent(amount, "#,##0.# %" if locale() != "en" else "#,##0.#%", locale=locale()))
    if unit is Unit.MONEY:
        currency = currency or settings.OSCAR_DEFAULT_CURRENCY
        return str(format_compact_currency(amount, currency, locale=locale(), fraction_digits=0 if amount >= 10 else 2))
    return str(format_compact_decimal(amount, locale=locale(), fraction_digits=1))


def whole_share(share: float) -> str:
    """A fraction in per cent without decimals, for narrow cells."""
    return str(format_percent(share, "#,##0 %" if locale() != "en" else "#,##0%", locale=locale()))


def span(period: Period) -> str:
    """From the first day to the last."""
    return f"{date_format(period.first, 'SHORT_DATE_FORMAT')} – {date_format(period.last, 'SHORT_DATE_FORMAT')}"


def count(number: int) -> str:
    return str(format_decimal(number, "#,##0", locale=locale()))


def change(metric: Metric, now: Value, before: Value) -> Change | None:
    """None where either figure is missing, or nothing can be said in per cent."""
    if now is None or before is None:
        return None
    difference = float(now) - float(before)
    if metric.unit is Unit.SHARE:
        steps = round(difference * 100, 1)
        text = gettext("%(number)s %% points") % {"number": _signed(steps, 1)}
    elif metric.unit is Unit.POINTS:
        steps = round(difference)
        text = gettext("%(number)s points") % {"number": _signed(steps, 0)}
    elif not before:
        return None
    else:
        steps = round(difference / abs(float(before)) * 100, 1)
        text = _signed(steps, 1) + (" %" if locale() != "en" else "%")
    if not steps:
        return Change(gettext("as before"), "", "")
    is_up = steps > 0
    tone = "" if not metric.good else "is-good" if is_up == (metric.good == "up") else "is-bad"
    return Change(text, "↑" if is_up else "↓", tone)


def _signed(number: float, places: int) -> str:
    pattern = "+#,##0.0;−#,##0.0" if places else "+#,##0;−#,##0"
    return str(format_decimal(number, pattern, locale=locale()))
