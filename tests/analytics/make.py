"""Histories for the figures: orders with the moments at which they were paid and given back."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from analytics import filling, sales
from analytics.models import OrderSource
from shop.customers.models import Customer
from shop.forks.catalogue.models import Product
from shop.forks.order.models import Line, Order
from shop.forks.partner.models import Partner
from shop.orders import statuses
from shop.payments.models import PaymentAttempt, Refund, RefundLine

_numbers = itertools.count(1)


def moment(day: str | date, clock: str = "12:00") -> datetime:
    """A moment in the shop's time zone."""
    return timezone.make_aware(datetime.fromisoformat(f"{day}T{clock}"))


def order(
    who: Customer,
    paid_at: str | datetime,
    total: str = "20.00",
    *,
    of: Product | None = None,
    units: int = 1,
    channel: str = "",
) -> Order:
    """An order that was paid then, as the books of an old shop bring it."""
    when = moment(paid_at) if isinstance(paid_at, str) else paid_at
    made = Order.objects.create(
        number=f"H{next(_numbers)}", customer=who, guest_email=who.email, currency="EUR", status=statuses.DELIVERED,
        total_incl_tax=Decimal(total), total_excl_tax=Decimal(total), date_placed=when, paid_at=when,
    )  # fmt: skip
    PaymentAttempt.objects.create(
        order=made, provider="bank_transfer", state="captured", amount=made.total_incl_tax, currency="EUR"
    )
    partner, _ = Partner.objects.get_or_create(name="House")
    Line.objects.create(
        order=made, partner=partner, product=of, title=of.title if of else "Tea", partner_sku="T", quantity=units,
        num_allocated=0,
        line_price_incl_tax=made.total_incl_tax, line_price_excl_tax=made.total_incl_tax, quantity_shipped=units,
        line_price_before_discounts_incl_tax=made.total_incl_tax, line_price_before_discounts_excl_tax=made.total_incl_tax,
    )  # fmt: skip
    if channel:
        OrderSource.objects.create(order=made, channel=channel)
    return made


def give_back(made: Order, amount: str, when: str | datetime, *, units: int = 0) -> Refund:
    """Money that went back; all of it makes the order refunded."""
    when = moment(when) if isinstance(when, str) else when
    attempt = made.attempts.get()
    refund = Refund.objects.create(order=made, attempt=attempt, state="done", amount=Decimal(amount), reason="", done_at=when)
    if units:
        line = made.lines.get()
        RefundLine.objects.create(refund=refund, line=line, quantity=units, amount=Decimal(amount))
        made.lines.update(quantity_refunded=line.quantity_refunded + units)
    attempt.refunded += Decimal(amount)
    attempt.save()
    if attempt.refunded == attempt.amount:
        Order.objects.filter(pk=made.pk).update(status=statuses.REFUNDED)
    return refund


def filled() -> None:
    """Everything that was bought is counted."""
    sales.refresh(Customer.objects.values_list("pk", flat=True))
    filling.catch_up()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days_ago(days: int) -> str:
    return str(timezone.localdate() - timedelta(days=days))
