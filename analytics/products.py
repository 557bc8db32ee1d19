"""What sells, what comes back, what is left over, and which first purchase makes people buy again."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import DateField

from analytics.periods import Period
from analytics.sums import Slice

DATE = DateField()
SECOND = 90  # days within which the second order is looked for
FEW = 20  # first orders below which a share says little

# Products and their variants are one row; costs are those of today.
_SOLD = """
SELECT COALESCE(product.parent_id, product.id) AS id, sum(sold.units), sum(sold.refunded_units), sum(sold.paid),
       sum(sold.refunded), sum(sold.orders),
       sum(sold.net_without_tax) - sum((sold.units - sold.refunded_units) * cost.price),
       bool_and(cost.price IS NOT NULL)
FROM insights_productsale sold JOIN catalogue_product product ON product.id = sold.product_id
LEFT JOIN LATERAL (
  SELECT max(record.cost_price) AS price FROM partner_stockrecord record WHERE record.product_id = product.id
) cost ON true
WHERE sold.day BETWEEN %(first)s AND %(last)s AND sold.currency = %(currency)s
GROUP BY 1
"""
_FIRSTS = """
SELECT COALESCE(product.parent_id, product.id) AS id, count(DISTINCT sale.order_id),
       count(DISTINCT sale.order_id) FILTER (WHERE sale.next_on - sale.day <= %(second)s)
FROM insights_sale sale JOIN order_line line ON line.order_id = sale.order_id
JOIN catalogue_product product ON product.id = line.product_id
WHERE sale.nth = 1 AND sale.day BETWEEN %(first)s AND %(last)s
GROUP BY 1
"""
_NAMES = """
SELECT product.id, COALESCE(NULLIF(product.title, ''), product.slug), min(root.name), min(root.id)
FROM catalogue_product product
LEFT JOIN catalogue_productcategory placed ON placed.product_id = product.id
LEFT JOIN catalogue_category category ON category.id = placed.category_id
LEFT JOIN catalogue_category root ON root.path = left(category.path, 4)
WHERE product.id = ANY(%s) OR (%s AND product.parent_id IS NULL) GROUP BY product.id
"""


@dataclass
class Row:
    """One product in a period. `margin` is None where the cost of something sold is not known."""

    pk: int
    title: str = ""
    category: str = ""
    units: int = 0
    refunded_units: int = 0
    net: Decimal = Decimal(0)
    orders: int = 0
    margin: Decimal | None = None
    firsts: int = 0
    came_again: int = 0

    @property
    def refund_rate(self) -> float | None:
        return self.refunded_units / self.units if self.units else None

    @property
    def again_rate(self) -> float | None:
        """Of those whose first order had it, how many ordered again within `SECOND` days."""
        return self.came_again / self.firsts if self.firsts else None

    @property
    def has_few(self) -> bool:
        return self.firsts < FEW


def watched(last: date) -> Period:
    """First orders of the newest year of which everybody has been watched for `SECOND` days."""
    end = last - timedelta(days=SECOND)
    return Period(end - timedelta(days=364), end)


def table(period: Period, part: Slice, today: date) -> list[Row]:
    """Every product sold in the period, what brought most first."""
    found: dict[int, Row] = {}
    first_orders = watched(min(period.last, today))
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, {"first": period.first, "last": period.last, "currency": part.currency})
        for pk, units, refunded_units, paid, refunded, orders, margin, is_known in cursor.fetchall():
            found[pk] = Row(
                pk, units=units, refunded_units=refunded_units, net=paid - refunded, orders=orders,
                margin=margin if is_known else None,
            )  # fmt: skip
        cursor.execute(_FIRSTS, {"first": first_orders.first, "last": first_orders.last, "second": SECOND})
        for pk, firsts, again in cursor.fetchall():
            if pk in found:
                found[pk].firsts, found[pk].came_again = firsts, again
        cursor.execute(_NAMES, [list(found), False])
        for pk, title, category, _root in cursor.fetchall():
            found[pk].title, found[pk].category = title, category or ""
    return sorted(found.values(), key=lambda row: (-row.net, row.title))


def of_everybody(today: date) -> float | None:
    """The share of all first orders of the watched year that were followed by a second within `SECOND` days."""
    span = watched(today)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE next_on - day <= %s) FROM insights_sale"
            " WHERE nth = 1 AND day BETWEEN %s AND %s",
            [SECOND, span.first, span.last],
        )
        people, again = cursor.fetchone() or (0, 0)
    return again / people if people else None


def ids_in(category: str) -> list[int]:
    """The products, without their variants, that `by_category` adds up under this name; "-" is those in no category."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [[], True])
        return [pk for pk, _title, name, _root in cursor.fetchall() if (name or "-") == category]


def by_category(rows: list[Row]) -> list[Row]:
    """The same added up for the categories at the root; products in several count in the first of them."""
    found: dict[str, Row] = {}
    for row in rows:
        one = found.setdefault(row.category, Row(0, row.category, row.category, margin=Decimal(0)))
        one.units += row.units
        one.refunded_units += row.refunded_units
        one.net += row.net
        one.margin = None if one.margin is None or row.margin is None else one.margin + row.margin
    return sorted(found.values(), key=lambda row: (-row.net, row.title))
