"""What a purchase earns: one computation for the product page, the basket, the checkout, the receipt and the booking.

Each line counts what is paid for it in money, by exactly one rule (the highest that fits it), times the best bonus days
that fit it, times the customer's tier; the sum over the lines is rounded down once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from loyalty import caps, programme
from loyalty.models import Account, Boost, Rule, Tier
from shop.content.kept import kept
from shop.customers.models import Customer
from shop.forks.catalogue.models import Product
from shop.forks.order.models import Order
from shop.orders.quotes import Quote
from shop.pricing import ranges

ZERO = Decimal(0)
ONE = Decimal(1)


class Item(NamedTuple):
    """What earns: a product and what is paid for it in money, with and without tax. `key` tells it from the others."""

    key: int
    product: Product
    with_tax: Decimal
    without_tax: Decimal


@dataclass(frozen=True)
class LineEarning:
    """What one item earns before rounding: `amount` x `rate`."""

    key: int
    rule: Rule
    amount: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Earning:
    """`points` is the number to show and to book."""

    points: int = 0
    lines: list[LineEarning] = field(default_factory=list)


NOTHING = Earning()


def for_items(items: Sequence[Item], member: Customer | None, now: datetime | None = None) -> Earning:
    """What these earn for a customer, or for somebody of whom nothing is known."""
    now = now or timezone.now()
    account = _account_of(member)
    terms = _Terms(items, account.tier if account else None, now)
    lines = [line for item in items if (line := terms.line(item))]
    points = caps.cut(int(exact(lines)), {line.rule for line in lines}, member, now)
    return Earning(points, lines)


def exact(lines: Iterable[LineEarning]) -> Decimal:
    """Points before they are rounded down."""
    return sum((line.amount * line.rate for line in lines), ZERO)


def for_product(product: Product, price: Decimal, member: Customer | None = None, now: datetime | None = None) -> Earning:
    """What one of a product earns at a price as shown in the shop. No query for somebody unknown, once a process knows it."""
    if not programme.current().is_on:
        return NOTHING
    return for_items([Item(product.pk, product, price, price)], member, now)


def for_quote(quote: Quote, member: Customer | None = None, now: datetime | None = None) -> Earning:
    """What a basket will earn as it is quoted. `member`: the confirmed owner of the account that buys, None for guests."""
    if not _counts_for(member):
        return NOTHING
    items = []
    for line in quote.lines:
        with_tax = line.total + (ZERO if quote.tax_is_included else line.tax)
        without = line.total - (line.tax if quote.tax_is_included else ZERO)
        paid = sum((use.shares[line.line.pk][0] for use in quote.credits if line.line.pk in use.shares), ZERO)
        items.append(_item(line.line.pk, line.line.product, with_tax, without, paid))
    return for_items(items, member, now)


def for_order(order: Order, member: Customer | None = None, now: datetime | None = None) -> Earning:
    """The same for an order as it was written; keys are its lines' ids."""
    if not _counts_for(member):
        return NOTHING
    paid: dict[int, Decimal] = {}
    if order.credit_total:
        for credit in order.credits.prefetch_related("shares"):
            for share in credit.shares.all():
                paid[share.line_id or 0] = paid.get(share.line_id or 0, ZERO) + share.amount
    lines = order.lines.select_related("product__parent__product_class", "product__product_class").order_by("pk")
    items = [
        _item(line.pk, line.product, line.line_price_incl_tax, line.line_price_excl_tax, paid.get(line.pk, ZERO))
        for line in lines
        if line.product
    ]
    return for_items(items, member, now)


def member_of(order: Order) -> Customer | None:
    """The customer if their own account ordered: somebody else may have typed their address."""
    customer = order.customer
    return customer if customer and order.user_id and customer.user_id == order.user_id else None


def _item(key: int, product: Product, with_tax: Decimal, without: Decimal, paid_with_credits: Decimal) -> Item:
    """What credits pay earns nothing."""
    money = with_tax - paid_with_credits
    return Item(key, product, money, without * money / with_tax if with_tax else ZERO)


def _counts_for(member: Customer | None) -> bool:
    running = programme.current()
    return running.is_on and (member is not None or running.earns_for_guests)


def _account_of(member: Customer | None) -> Account | None:
    return Account.objects.select_related("tier").filter(customer=member).first() if member else None


RATE = Decimal("0.0001")
MOST_KEPT = 5000  # products of which a process remembers their ranges


class _Terms:
    """The rules that may count for some items at a moment, and which of the items are in their ranges."""

    def __init__(self, items: Iterable[Item], tier: Tier | None, now: datetime) -> None:
        self.times = tier.multiplier if tier else ONE
        self.rules = [rule for rule in programme.rules() if rule.kind == Rule.Kind.PURCHASE and rule.is_in_force(now)]
        self.boosts = [boost for boost in programme.boosts() if boost.is_in_force(now)]
        asked = {pk for one in (*self.rules, *self.boosts) for pk in _ranges_of(one)}
        self.members = members(asked, [item.product for item in items]) if asked else {}

    def line(self, item: Item) -> LineEarning | None:
        rule = next((rule for rule in self.rules if self._fits(rule, item.product.pk)), None)
        if rule is None or not rule.rate:
            return None
        boost = max((one.multiplier for one in self.boosts if self._fits(one, item.product.pk)), default=ONE)
        amount = item.with_tax if rule.base == Rule.Base.WITH_TAX else item.without_tax
        return LineEarning(item.key, rule, amount.quantize(Decimal("0.001")), (rule.rate * boost * self.times).quantize(RATE))

    def _fits(self, one: Rule | Boost, product_id: int) -> bool:
        if one.only_range_id and product_id not in self.members[one.only_range_id]:
            return False
        excepted = getattr(one, "except_range_id", None)
        return not (excepted and product_id in self.members[excepted])


def _ranges_of(one: Any) -> list[int]:
    return [pk for pk in (one.only_range_id, getattr(one, "except_range_id", None)) if pk]


def members(asked: set[int], products: list[Product]) -> dict[int, frozenset[int]]:
    """Range id -> the products of these that are in it. One product alone is remembered until the merchant changes a range."""
    if len(products) != 1:
        return _read(asked, products)
    known: dict[int, dict[int, frozenset[int]]] = kept(f"loyalty-members-{sorted(asked)}", dict)
    product = products[0]
    if product.pk not in known:
        if len(known) > MOST_KEPT:
            known.clear()
        known[product.pk] = _read(asked, products)
    return known[product.pk]


def _read(asked: set[int], products: list[Product]) -> dict[int, frozenset[int]]:
    spans = kept(f"loyalty-spans-{sorted(asked)}", lambda: ranges.compiled(asked))
    places = ranges.Places(products, spans.values())
    return {pk: places.members(spans[pk]) for pk in asked}
