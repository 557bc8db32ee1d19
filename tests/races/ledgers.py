"""The three ledgers that must agree after every race: orders, stock, and what the provider took."""

from decimal import Decimal

from django.db.models import F, Sum

from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.orders import audit
from shop.payments.models import TestCharge


def taken() -> Decimal:
    """Captures less refunds, by the provider's own books."""
    return TestCharge.objects.aggregate(all=Sum("amount"))["all"] or Decimal(0)


def paid() -> Decimal:
    """The paid orders, less what credits paid and what was refunded of them, by ours."""
    orders = Order.objects.exclude(paid_at=None)
    total = orders.aggregate(all=Sum(F("total_incl_tax") - F("credit_total")))["all"] or Decimal(0)
    return total - (orders.aggregate(all=Sum("attempts__refunded"))["all"] or Decimal(0))


def reserved(product: object) -> int:
    return StockRecord.objects.get(product=product).num_allocated


def broken() -> list[str]:
    """What the audit finds."""
    return [f"{one.code} {one.says} {rows}" for one, rows in audit.broken().items()]
