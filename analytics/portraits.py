"""Draws the portrait of every buyer anew: RFM scores and the year ahead. The one door to `Portrait`."""

import csv
import io
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count

from analytics import backtest, clv, rfm
from analytics.models import Forecasting, Group, Portrait
from shop.forks import money

WEEKS_AHEAD = 52
FITTED_TO = 50_000  # customers, drawn evenly: more change the third digit and cost minutes
_DAYS_A_WEEK = 7

# Days with an order count once, as in the models' papers; the first is where a customer's time begins. Money is that of
# orders in the shop's currency.
_HISTORIES = """
WITH days AS (
  SELECT customer_id, day, sum(paid - refunded) FILTER (WHERE currency = %(currency)s) AS spent FROM insights_sale
  WHERE nth IS NOT NULL AND day <= %(today)s::date GROUP BY 1, 2
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY day) AS nth FROM days
)
SELECT customer_id, count(*) - 1, max(day) - min(day), %(today)s::date - min(day), %(today)s::date - max(day),
       COALESCE(avg(spent) FILTER (WHERE nth > 1), 0), COALESCE(sum(spent), 0)
FROM numbered GROUP BY customer_id ORDER BY customer_id
"""

_COLUMNS = (
    "customer_id", "recency", "frequency", "monetary", "group", "chance_active", "orders_ahead", "value_ahead", "value_low",
    "value_high",
)  # fmt: skip
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)

# The group that a month begins with stays for the month: what has moved since can be told.
_MERGE = f"""
INSERT INTO insights_portrait ({_NAMES}, group_before, drawn_on)
SELECT {_NAMES}, '', %(today)s::date FROM drawn
ON CONFLICT (customer_id) DO UPDATE SET
  {", ".join(f'"{name}" = EXCLUDED."{name}"' for name in _COLUMNS[1:])}, drawn_on = EXCLUDED.drawn_on,
  group_before = CASE WHEN date_trunc('month', insights_portrait.drawn_on) < date_trunc('month', EXCLUDED.drawn_on)
                 THEN insights_portrait."group" ELSE insights_portrait.group_before END
"""  # noqa: S608  only names of columns


@dataclass(frozen=True)
class Histories:
    """All buyers, one entry in each array. Times in weeks, as `analytics.clv` wants them; `idle` in days."""

    customers: clv.Floats
    frequency: clv.Floats
    recency: clv.Floats
    age: clv.Floats
    idle: clv.Floats
    value: clv.Floats
    spent: clv.Floats


@transaction.atomic
def draw(today: date) -> int:
    """Draw everybody as of a day; return how many. Who does not count as a buyer any more loses the portrait."""
    found = _histories(today)
    forecast = _forecast(found, today)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('insights_portrait'))")
        cursor.execute(f"CREATE TEMPORARY TABLE drawn ON COMMIT DROP AS SELECT {_NAMES} FROM insights_portrait LIMIT 0")  # noqa: S608
        cursor.copy_expert(f"COPY drawn ({_NAMES}) FROM STDIN WITH (FORMAT csv)", _rows(found, forecast))
        cursor.execute(_MERGE, {"today": today})
        cursor.execute("DELETE FROM insights_portrait WHERE customer_id NOT IN (SELECT customer_id FROM drawn)")
        cursor.execute("DROP TABLE drawn")
    return len(found.customers)


def _histories(today: date) -> Histories:
    with connection.cursor() as cursor:
        cursor.execute(_HISTORIES, {"today": today, "currency": settings.OSCAR_DEFAULT_CURRENCY})
        rows = np.array(cursor.fetchall(), dtype=np.float64).reshape(-1, 7)
    customers, frequency, span, age, idle, value, spent = rows.T
    return Histories(customers, frequency, span / _DAYS_A_WEEK, age / _DAYS_A_WEEK, idle, value, spent)


def _forecast(found: Histories, today: date, *, is_kept: bool = True) -> tuple[clv.Floats, clv.Forecast] | None:
    """The chance to be active and the year ahead of each; None, with the reason written down, where it is too early."""
    note = Forecasting(
        drawn_on=today, buyers=len(found.customers), returning=int((found.frequency > 0).sum()), problem="", buying={}
    )
    result = None
    try:
        some = slice(None, None, max(1, len(found.customers) // FITTED_TO))
        buying = clv.Buying.fit(found.frequency[some], found.recency[some], found.age[some])
        spending = clv.Spending.fit(found.frequency[some], found.value[some])
        history = (found.frequency, found.recency, found.age)
        result = buying.alive(*history), clv.forecast(buying, spending, WEEKS_AHEAD, *history, found.value)
        note.buying, note.spending = asdict(buying), asdict(spending)
    except clv.NotEnoughData as why:
        note.problem = str(why)
    if result:
        low, high = np.quantile(result[1].totals, [0.1, 0.9])
        note.orders_ahead, note.value_ahead = _amount(result[1].orders.sum(), 1), _amount(result[1].value.sum(), 2)
        note.value_low, note.value_high = _amount(low, 2), _amount(high, 2)
    if is_kept:
        note.save()
    return result


def _amount(number: float, places: int) -> Decimal:
    return Decimal(f"{number:.{places}f}")


def look_back(today: date) -> None:
    """Fit the models to what was known a year before and keep, beside the forecast of the day, what came instead."""
    before = today - timedelta(weeks=WEEKS_AHEAD)
    found = _histories(before)
    note = Forecasting.objects.filter(drawn_on=today).first()
    if note is None or not len(found.customers):
        return
    forecast = _forecast(found, before, is_kept=False)
    if forecast:
        note.backtest = backtest.compared(found.customers, found.frequency, forecast[1], _came(before, today))
        note.save(update_fields=["backtest"])


def _came(before: date, today: date) -> dict[int, tuple[int, float]]:
    """Days with an order, and spend, of each customer after a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, count(DISTINCT day), COALESCE(sum(paid - refunded) FILTER (WHERE currency = %s), 0)"
            " FROM insights_sale WHERE nth IS NOT NULL AND day > %s AND day <= %s GROUP BY 1",
            [settings.OSCAR_DEFAULT_CURRENCY, before, today],
        )
        return {pk: (orders, float(spent)) for pk, orders, spent in cursor.fetchall()}


def _rows(found: Histories, forecast: tuple[clv.Floats, clv.Forecast] | None) -> io.StringIO:
    """The portraits as CSV for COPY; an empty field is NULL."""
    recency = rfm.scores(-found.idle)
    frequency, monetary = rfm.scores(found.frequency, alike=0), rfm.scores(found.spent, alike=0)
    groups = {
        (r, f, m): rfm.group_of(r, f, m).value for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)
    }  # fmt: skip
    places = money.places(settings.OSCAR_DEFAULT_CURRENCY)
    file = io.StringIO()
    write = csv.writer(file).writerow
    for one, pk in enumerate(found.customers):
        score = int(recency[one]), int(frequency[one]), int(monetary[one])
        ahead = _ahead(forecast, one, places) if forecast else [""] * 5
        write([int(pk), *score, groups[score], *ahead])
    file.seek(0)
    return file


def _ahead(forecast: tuple[clv.Floats, clv.Forecast], one: int, places: int) -> list[str]:
    alive, year = forecast
    amounts = [f"{amounts[one]:.{places}f}" for amounts in (year.value, year.low, year.high)]
    return [f"{alive[one] * 100:.1f}", f"{year.orders[one]:.2f}", *amounts]


def groups() -> list[tuple[Group, int]]:
    """How many buyers each group has, in the order of `Group`."""
    counts = dict(Portrait.objects.values_list("group").annotate(Count("pk")))
    return [(group, counts.get(group.value, 0)) for group in Group]
