"""What was spent on being found: written by hand or from a CSV file, looked at before it counts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from analytics.models import Channel, Spend
from shop.customers.models import User
from shop.forks import money
from shop.imports import encodings, numbers, tables
from shop.imports.report import BadRow, CannotImport, Report

MOST_ROWS = 20_000
DAYS = {"day", "date", "datum", "дата", "день", "data"}
AMOUNTS = {"amount", "spend", "cost", "сумма", "сума", "suma"}
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass
class Look:
    """What a file would write: `rows` by day, channel and campaign. While there are errors nothing is written."""

    rows: dict[tuple[date, str, str], Decimal] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    same: int = 0

    @property
    def total(self) -> Decimal:
        return sum(self.rows.values(), money.ZERO)


def look(data: bytes, today: date) -> Look:
    """Read a file and say what it would change; nothing is written."""
    seen = Look()
    report = Report()
    try:
        table = tables.table_of(encodings.text_of(data), report)
    except CannotImport as error:
        seen.errors.append(("", str(error)))
        return seen
    seen.errors += [(remark.place, remark.text) for remark in report.errors]
    day_column, amount_column = _column(table.columns, DAYS), _column(table.columns, AMOUNTS)
    if not day_column or not amount_column or "channel" not in table.columns:
        seen.errors.append(("", _("The file needs the columns day, channel and amount.")))
        return seen
    if len(table.rows) > MOST_ROWS:
        seen.errors.append(("", _("At most %(count)s rows at once.") % {"count": MOST_ROWS}))
        return seen
    mark = numbers.decimal_mark_of(row[amount_column] for row in table.rows)
    for row in table.rows:
        try:
            key, amount = _read(row, day_column, amount_column, mark, today)
        except BadRow as error:
            seen.errors.append((_("line %(line)s") % {"line": row.line}, str(error)))
            continue
        seen.rows[key] = seen.rows.get(key, money.ZERO) + amount  # two ads of one campaign and day are one sum
    _compare(seen)
    return seen


def write(rows: Mapping[tuple[date, str, str], Decimal], by: User | None) -> None:
    """Make these days cost so much; what stood there is replaced. The same rows twice change nothing."""
    Spend.objects.bulk_create(
        [
            Spend(day=day, channel=channel, campaign=campaign, amount=amount, by=by)
            for (day, channel, campaign), amount in rows.items()
        ],
        update_conflicts=True,
        unique_fields=["day", "channel", "campaign"],
        update_fields=["amount", "by", "changed_at"],
        batch_size=2000,
    )


@transaction.atomic
def spread(amount: Decimal, first: date, last: date, channel: str, campaign: str, by: User | None) -> int:
    """An amount for some days, in even parts that add up to it; returns how many days."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    parts = money.split(amount, [1] * len(days), settings.OSCAR_DEFAULT_CURRENCY)
    write({(day, channel, campaign): part for day, part in zip(days, parts, strict=True)}, by)
    return len(days)


def _column(columns: Iterable[str], names: set[str]) -> str:
    return next((name for name in columns if name in names), "")


def _read(
    row: tables.Row, day_column: str, amount_column: str, mark: str, today: date
) -> tuple[tuple[date, str, str], Decimal]:
    day = _day(row[day_column])
    if day > today:
        raise BadRow(_("%(day)s is still to come.") % {"day": day})
    channel = _channels().get(row["channel"].casefold())
    if channel is None:
        raise BadRow(
            _("“%(name)s” is no channel. There are: %(names)s.") % {"name": row["channel"], "names": ", ".join(Channel.values)}
        )
    currency = row["currency"].upper()
    if currency and currency != settings.OSCAR_DEFAULT_CURRENCY:
        raise BadRow(_("Amounts are in %(currency)s here.") % {"currency": settings.OSCAR_DEFAULT_CURRENCY})
    amount = numbers.amount(row[amount_column], _("amount"), mark, money.places(settings.OSCAR_DEFAULT_CURRENCY))
    if amount is None or amount < 0 or amount >= 10**9:
        raise BadRow(_("The amount is missing, below nought or too large."))
    return (day, channel, row["campaign"][:120]), amount


def _day(text: str) -> date:
    try:
        if dotted := _DOTTED.fullmatch(text.strip()):
            day, month, year = (int(part) for part in dotted.groups())
            found = date(year, month, day)
        else:
            found = datetime.fromisoformat(text.strip()).date()
    except ValueError as error:
        raise BadRow(_("“%(text)s” is no day: write 2026-11-30 or 30.11.2026.") % {"text": text}) from error
    if found.year < 1990:
        raise BadRow(_("%(day)s is too long ago.") % {"day": found})
    return found


def _channels() -> dict[str, str]:
    """Channels by their code and by their name in the reader's language."""
    return {str(word).casefold(): code for code, label in Channel.choices for word in (code, label)}


def _compare(seen: Look) -> None:
    days = {day for day, _channel, _campaign in seen.rows}
    if not days:
        return
    kept = {
        (day, channel, campaign): amount
        for day, channel, campaign, amount in Spend.objects.filter(day__range=(min(days), max(days))).values_list(
            "day", "channel", "campaign", "amount"
        )
    }
    for key, amount in seen.rows.items():
        if key not in kept:
            seen.new += 1
        elif kept[key] == amount:
            seen.same += 1
        else:
            seen.changed += 1
