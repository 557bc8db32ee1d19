"""What must be true at every moment, as queries that find what breaks it. `manage.py audit` runs them all.

Most is kept by constraints of the database as well; here is what spans tables. Apps above add theirs with `@invariant`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, DecimalField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from shop.forks.basket.models import Basket
from shop.forks.offer.models import ConditionalOffer
from shop.forks.order.models import Line, LinePrice, Order, OrderDiscount, OrderLineDiscount, Surcharge
from shop.forks.partner.models import StockRecord
from shop.forks.voucher.models import Voucher, VoucherApplication
from shop.orders import statuses
from shop.orders.models import CreditShare, OrderCredit

Rows = Any  # a queryset, or anything else to iterate over
Finder = Callable[[], Rows]
AMOUNT: DecimalField = DecimalField(max_digits=14, decimal_places=3)  # type: ignore[type-arg]


@dataclass(frozen=True)
class Invariant:
    """`find` returns what breaks it: nothing, if all is well."""

    code: str
    says: str
    find: Finder


_invariants: list[Invariant] = []


def invariant(code: str) -> Callable[[Finder], Finder]:
    """Register a function that returns the rows which break what its docstring says."""

    def register(find: Finder) -> Finder:
        _invariants.append(Invariant(code, (find.__doc__ or "").strip(), find))
        return find

    return register


def broken() -> dict[Invariant, list[object]]:
    """The invariants that do not hold, with the rows that break them."""
    found = {one: list(one.find()) for one in sorted(_invariants, key=lambda one: (len(one.code), one.code))}
    return {one: rows for one, rows in found.items() if rows}


def total(rows: Any, by: str, what: object) -> Coalesce:
    """A sum over the rows of another table that belong to the row at hand."""
    mine = rows.filter(**{by: OuterRef("pk")}).order_by().values(by)
    return Coalesce(Subquery(mine.annotate(all=Sum(what)).values("all")[:1], output_field=AMOUNT), 0, output_field=AMOUNT)


@invariant("I1")
def reserved_is_what_orders_hold() -> Rows:
    """Each stock record has reserved what open order lines hold of it."""
    held = total(Line.objects.all(), "stockrecord", F("num_allocated"))
    return StockRecord.objects.annotate(held=held).exclude(held=Coalesce(F("num_allocated"), 0))


@invariant("I1")
def reserved_is_in_stock() -> Rows:
    """No more is reserved than there is."""
    return StockRecord.objects.filter(num_allocated__gt=Coalesce(F("num_in_stock"), 0))


@invariant("I1")
def closed_orders_hold_nothing() -> Rows:
    """A cancelled or delivered order holds no units."""
    return Line.objects.filter(order__status__in=[statuses.CANCELLED, statuses.DELIVERED], num_allocated__gt=0)


@invariant("I3")
def totals_add_up() -> Rows:
    """An order's total is its lines, delivery and surcharges."""
    parts = total(Line.objects.all(), "order", F("line_price_incl_tax"))
    extra = total(Surcharge.objects.all(), "order", F("incl_tax"))
    return Order.objects.annotate(parts=parts + extra + F("shipping_incl_tax")).exclude(parts=F("total_incl_tax"))


@invariant("I3")
def credits_add_up() -> Rows:
    """What credits pay of an order is the sum of them, and each is the sum of its shares; no share is more than its part."""
    paid = total(OrderCredit.objects.all(), "order", F("amount"))
    yield from Order.objects.annotate(paid=paid).exclude(paid=F("credit_total"))
    amount, units = (total(CreditShare.objects.all(), "credit", F(name)) for name in ("amount", "units"))
    yield from OrderCredit.objects.annotate(shared=amount, counted=units).exclude(shared=F("amount"), counted=F("units"))
    mine = total(CreditShare.objects.all(), "line", F("amount"))
    yield from Line.objects.filter(order__credit_total__gt=0).annotate(mine=mine).filter(mine__gt=F("line_price_incl_tax"))


@invariant("I3")
def credits_go_with_their_order() -> Rows:
    """A credit is held while its order waits for the payment, spent when it is paid, free when it is given up."""
    held, spent, released = OrderCredit.State.HELD, OrderCredit.State.SPENT, OrderCredit.State.RELEASED
    is_paid, is_over = Q(order__paid_at__isnull=False), Q(order__status=statuses.CANCELLED)
    right = (Q(state=spent) & is_paid) | (Q(state=released) & is_over) | (Q(state=held) & ~is_paid & ~is_over)
    return OrderCredit.objects.exclude(right)


@invariant("I3")
def unit_prices_add_up() -> Rows:
    """The prices of a line's units add up to the line, so that refunding each gives back all."""
    prices = LinePrice.objects.all()
    units = total(prices, "line", F("quantity"))
    price = total(prices, "line", F("quantity") * F("price_incl_tax"))
    return Line.objects.annotate(units=units, price=price).exclude(units=F("quantity"), price=F("line_price_incl_tax"))


@invariant("I4")
def discounts_add_up() -> Rows:
    """What an offer took off an order is what it took off the lines."""
    shares = total(OrderLineDiscount.objects.all(), "order_discount", F("amount"))
    on_goods = OrderDiscount.objects.filter(category=OrderDiscount.BASKET)
    return on_goods.annotate(shares=shares).exclude(shares=F("amount"))


@invariant("I4")
def voucher_discounts_are_uses() -> Rows:
    """A discount by voucher is written as a use of that voucher."""
    uses = VoucherApplication.objects.filter(order=OuterRef("order"), voucher=OuterRef("voucher_id"))
    return OrderDiscount.objects.filter(voucher_id__isnull=False).exclude(pk__in=_with_any(OrderDiscount.objects, uses))


@invariant("I4")
def voucher_uses_are_discounts() -> Rows:
    """A use of a voucher stands in an order that it changed, and ends when the order is given up."""
    discounts = OrderDiscount.objects.filter(order=OuterRef("order"), voucher_id=OuterRef("voucher"))
    is_over = Q(order__status=statuses.CANCELLED, released_at=None)
    without = ~Q(pk__in=_with_any(VoucherApplication.objects, discounts))
    return VoucherApplication.objects.filter(is_over | without)


@invariant("I5")
def vouchers_stay_within_limits() -> Rows:
    """No voucher stands in more orders than it has uses."""
    standing = Count("applications", filter=Q(applications__released_at=None))
    used = Voucher.objects.annotate(standing=standing)
    return used.filter(Q(usage=Voucher.SINGLE_USE, standing__gt=1) | Q(standing__gt=F("max_uses")))


@invariant("I5")
def vouchers_are_used_once_by_a_customer() -> Rows:
    """A voucher that is good once per customer stands in one order of each."""
    once = VoucherApplication.objects.standing().filter(voucher__usage=Voucher.ONCE_PER_CUSTOMER)
    return once.order_by().values("voucher", "customer").annotate(orders=Count("pk")).filter(orders__gt=1)


@invariant("I5")
def personal_vouchers_are_used_by_their_owner() -> Rows:
    """A voucher that belongs to a person stands in orders of that person only."""
    theirs = VoucherApplication.objects.standing().filter(voucher__owner__isnull=False)
    return theirs.exclude(customer=F("voucher__owner"))


@invariant("I5")
def offers_stay_within_limits() -> Rows:
    """No offer was used more often, or gave more, than it may."""
    standing = OrderDiscount.objects.filter(order__in=Order.objects.standing())
    times, given = (_by_offer(standing, what) for what in ("frequency", "amount"))
    used = ConditionalOffer.objects.annotate(times=times, given=given)
    return used.filter(Q(times__gt=F("max_global_applications")) | Q(given__gt=F("max_discount")))


@invariant("I15")
def ordered_baskets_are_closed() -> Rows:
    """A basket is submitted if and only if it has an order; none stays frozen."""
    ordered = Q(pk__in=Order.objects.exclude(basket=None).values("basket"))
    half_an_hour_ago = timezone.now() - timedelta(minutes=30)
    frozen = Q(status=Basket.FROZEN, date_created__lt=half_an_hour_ago)
    return Basket.objects.filter(frozen | (ordered & ~Q(status=Basket.SUBMITTED)) | (~ordered & Q(status=Basket.SUBMITTED)))


def _with_any(rows: Any, others: Any) -> Any:
    return rows.annotate(found=Subquery(others.values("pk")[:1])).filter(found__isnull=False).values("pk")


def _by_offer(rows: Any, what: str) -> Subquery:
    mine = rows.filter(offer_id=OuterRef("pk")).order_by().values("offer_id")
    return Subquery(mine.annotate(all=Sum(what)).values("all")[:1], output_field=AMOUNT)
