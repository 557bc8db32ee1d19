"""The part of a refund that goes back as credits: for each line the share that was fixed when the order was placed.

Reserved with the refund's money, under the same lock; given back in the transaction that finds the money returned. For
`shop.payments.refunds` only.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from django.db.models import F, Sum

from shop.forks import money
from shop.forks.order.models import Line, Order
from shop.orders import credits
from shop.orders.models import CreditShare, OrderCredit
from shop.payments.models import Refund, RefundCredit, RefundLine

Part = tuple[Decimal, int]  # an amount and the units of a credit that it stands for


def of(order: Order, rows: Iterable[RefundLine], shipping: Decimal, extras_left: Decimal) -> list[RefundCredit]:
    """What a refund of these units, and of so much of delivery and surcharges, gives back as credits."""
    if not order.credit_total:
        return []
    shares: dict[int | None, list[CreditShare]] = defaultdict(list)
    for share in CreditShare.objects.filter(credit__order=order).select_related("credit").order_by("pk"):
        shares[share.line_id].append(share)
    returned = [
        (share, _of_units(share, row.line, row.quantity, order.currency)) for row in rows for share in shares[row.line_id]
    ]
    if shipping:
        returned += [(share, _of_extras(order, share, shipping, extras_left)) for share in shares[None]]
    return [RefundCredit(share=share, amount=amount, units=units) for share, (amount, units) in returned if amount or units]


def _of_units(share: CreditShare, line: Line, count: int, currency: str) -> Part:
    """What the next so many units of a line bring; the last ones bring all that is left of its share."""
    upto = line.quantity_refunded + count
    amount = sum(money.unit_prices(share.amount, line.quantity, currency)[:upto], money.ZERO)
    units = sum(money.split_whole(share.units, [1] * line.quantity)[:upto])
    return amount - share.returned_amount, units - share.returned_units


def _of_extras(order: Order, share: CreditShare, shipping: Decimal, left: Decimal) -> Part:
    """In proportion to what was paid for delivery and surcharges; the last of it brings all that is left of the share."""
    goods = order.lines.aggregate(all=Sum("line_price_incl_tax", default=money.ZERO))["all"]
    whole = order.total_incl_tax - goods
    given = whole - left + shipping
    amount = money.rounded_down(share.amount * given / whole, order.currency) - share.returned_amount
    units = int((share.units * given / whole).to_integral_value(ROUND_DOWN)) - share.returned_units
    return min(max(amount, money.ZERO), shipping), max(units, 0)


def reserve(made: Refund, rows: list[RefundCredit]) -> None:
    """Note what a refund will give back; the database lets no share go back twice."""
    for row in rows:
        row.refund = made
        CreditShare.objects.filter(pk=row.share_id).update(
            returned_amount=F("returned_amount") + row.amount, returned_units=F("returned_units") + row.units
        )
    RefundCredit.objects.bulk_create(rows)


def undo(made: Refund) -> None:
    """The money was refused by the provider: the credits can be asked for again with it."""
    for row in made.credits.all():
        CreditShare.objects.filter(pk=row.share_id).update(
            returned_amount=F("returned_amount") - row.amount, returned_units=F("returned_units") - row.units
        )


def carry_out(order: Order, made: Refund) -> None:
    """Give back what was reserved, where the money has gone back."""
    if order.credit_total:
        credits.give_back(order, units_of(made), because=f"refund {made.key}")


def units_of(made: Refund) -> dict[str, int]:
    """Units that a refund gives back, by the code of the credit."""
    return sum_of(made.credits.select_related("share__credit")) if made.order.credit_total else {}


def sum_of(rows: Iterable[RefundCredit]) -> dict[str, int]:
    """Units by the code of the credit."""
    units: Counter[str] = Counter()
    for row in rows:
        units[row.share.credit.code] += row.units
    return dict(units)


def left_of(order: Order) -> Decimal:
    """What can still go back as credits."""
    if not order.credit_total:
        return money.ZERO
    spent = CreditShare.objects.filter(credit__order=order, credit__state=OrderCredit.State.SPENT)
    left = spent.aggregate(all=Sum(F("amount") - F("returned_amount"), default=money.ZERO))["all"]
    return Decimal(left)
