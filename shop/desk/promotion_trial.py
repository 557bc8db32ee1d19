"""A promotion on real baskets: replayed on the orders of the last days, and tried on those that are open now."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, F, OuterRef

from shop.desk import promotion_effect, promotion_replay
from shop.desk.promotion_effect import Effect
from shop.desk.promotion_replay import Person, Replay
from shop.forks import money
from shop.forks.basket.models import Basket, Line
from shop.forks.catalogue.models import Product
from shop.forks.offer.models import ConditionalOffer
from shop.forks.order.models import Line as OrderLine
from shop.forks.order.models import Order
from shop.forks.partner.strategy import Selector
from shop.orders import showing, statuses
from shop.pricing import groups, live, reasons
from shop.pricing.offers import Application, Worked

DAYS = 30
MOST = 300  # orders: a page must not take a minute
SHOWN = 5  # orders, line by line
Audience = ConditionalOffer.Audience


@dataclass(frozen=True)
class TriedLine:
    """One line of an order, or a gift: `was_there` if another promotion gives it anyway."""

    product: Product
    quantity: int
    before: Decimal
    after: Decimal
    is_gift: bool = False
    was_there: bool = False
    is_below_cost: bool = False
    title: str = ""


@dataclass(frozen=True)
class Tried:
    """One order with and without the promotion, at the prices of today."""

    order: Order
    lines: list[TriedLine]
    before: Decimal
    after: Decimal
    given: list[tuple[str, Decimal, str]]  # promotion, amount, what is given for nothing
    gets_it: bool
    why_not: str
    is_below_cost: bool


@dataclass
class Trial:
    """What it would have done to the orders of the last days, and would do to the open baskets."""

    orders: int = 0
    lucky: int = 0  # orders that would have got it
    amount: Decimal = money.ZERO  # that it would have taken off
    off_totals: Decimal = money.ZERO  # by which all totals would have been lower: it may push others aside
    below_cost: int = 0
    margin_before: Decimal = money.ZERO  # of what has a cost
    margin_after: Decimal = money.ZERO
    costed: int = 0  # orders of which something has a cost
    is_cut: bool = False
    shown: list[Tried] = field(default_factory=list)
    baskets: Effect = field(default_factory=Effect)


def of(offer: ConditionalOffer, now: datetime, *, instead_of: int | None = None) -> Trial:
    """As if it had been on, alone with the offers that are on now and without the one it replaces. Nothing is written.

    Each is for whom it is for: of groups people are members as they are now, a first order is what was one then.
    """
    others = [one for one in live.running() if one.offer.pk not in (offer.pk, instead_of)]
    # The orders are those of the people it is for.
    together = [
        promotion_replay.for_everybody(one) if one.offer.pk == offer.pk else one
        for one in promotion_replay.among(others, offer)
    ]
    trial = Trial(baskets=promotion_effect.of_trial(offer, others, now))
    orders = [(order, lines) for order in _orders(offer, now) if (lines := _sold(order))]
    people = {order.pk: _person(order) for order, _lines in orders}
    replay = Replay([line.product for _order, lines in orders for line in lines], people.values(), together)
    for order, lines in orders:
        basket, person = _basket(order, lines), people[order.pk]
        before = replay.worked_out(basket, person, others).applications
        _add(trial, _tried(offer, order, basket, before, replay.worked_out(basket, person, together), trial))
    trial.shown = _named(trial.shown)
    trial.is_cut = trial.orders >= MOST
    if offer.budget_left is not None:
        trial.amount = min(trial.amount, offer.budget_left)
    return trial


def _named(rows: list[Tried]) -> list[Tried]:
    faces = showing.faces_of(line.product for row in rows for line in row.lines)
    return [replace(row, lines=[replace(line, title=str(faces[line.product.pk])) for line in row.lines]) for row in rows]


def _add(trial: Trial, tried: Tried) -> None:
    trial.orders += 1
    trial.lucky += tried.gets_it
    trial.off_totals += tried.before - tried.after
    trial.below_cost += tried.is_below_cost
    # Rather those that get it: one that does not stays only where there are not enough of them.
    trial.shown.append(tried)
    if len(trial.shown) > SHOWN:
        trial.shown.remove(next((one for one in reversed(trial.shown) if not one.gets_it), trial.shown[-1]))


def _orders(offer: ConditionalOffer, now: datetime) -> Sequence[Order]:
    """Those of people whom it is for, with what a replay asks of them: `is_first`, and whose account it was."""
    earlier = Order.objects.filter(customer=OuterRef("customer"), date_placed__lt=OuterRef("date_placed"))
    is_first = ~Exists(earlier.standing())
    rows = Order.objects.filter(date_placed__gte=now - timedelta(days=DAYS)).exclude(status=statuses.CANCELLED)
    rows = rows.annotate(is_first=is_first, customers_user_id=F("customer__user"))
    if offer.audience == Audience.SIGNED_IN:
        rows = rows.filter(user__isnull=False)
    if offer.group:
        rows = rows.filter(user=F("customer__user"), customer__in=groups.customers(offer.group))
    if offer.audience == Audience.FIRST_ORDER:
        rows = rows.filter(is_first=True)
    goods = ("lines__stockrecord", "lines__product__product_class", "lines__product__parent__product_class")
    return list(rows.order_by("-date_placed").prefetch_related(*goods)[:MOST])


def _sold(order: Order) -> list[OrderLine]:
    """What it would still be sold with today."""
    return [line for line in order.lines.all() if line.stockrecord and line.stockrecord.price and line.product]


def _person(order: Order) -> Person:
    is_proven = order.user_id is not None and order.user_id == order.customers_user_id
    return Person(order.user_id is not None, is_new=order.is_first, proven_id=order.customer_id if is_proven else None)


def _tried(
    offer: ConditionalOffer, order: Order, basket: Basket, before: list[Application], worked: Worked, trial: Trial
) -> Tried:
    lines = _sold(order)
    after = _amounts(worked.applications, order)
    own = next((one for one in worked.applications if one.offer.pk == offer.pk), None)
    trial.amount += after.get(offer.pk, money.ZERO)
    goods = sum((line.quantity * line.stockrecord.price for line in lines), order.shipping_incl_tax)
    candidate = next((one for one in worked.candidates if one.pk == offer.pk), None)
    why = "" if own else reasons.of(candidate, basket.all_lines()) if candidate else reasons.nothing_for_it()
    first, second = (_margin(lines, applied) for applied in (before, worked.applications))
    if first is not None and second is not None:
        trial.costed += 1
        trial.margin_before += first[0]
        trial.margin_after += second[0]
    return Tried(
        order=order,
        lines=_lines(lines, before, worked.applications),
        before=goods - _off(_amounts(before, order), before),
        after=goods - _off(after, worked.applications),
        given=[("" if one is own else one.offer.name, after[one.offer.pk], _gift_of(one)) for one in worked.applications],
        gets_it=own is not None,
        why_not=why,
        is_below_cost=bool(own and second and second[1]),
    )


def _basket(order: Order, lines: list[OrderLine]) -> Basket:
    """The order's things in a basket that is nowhere."""
    basket = Basket(owner_id=order.user_id)
    basket.strategy = Selector().strategy()
    basket._lines = [
        Line(
            pk=line.pk,
            basket=basket,
            product=line.product,
            stockrecord=line.stockrecord,
            quantity=line.quantity,
            price_currency=order.currency,
        )
        for line in lines
    ]
    return basket


def _lines(lines: list[OrderLine], before: list[Application], after: list[Application]) -> list[TriedLine]:
    found = []
    for line in lines:
        price = line.quantity * line.stockrecord.price
        was, is_now = (price - _taken(line, applied) for applied in (before, after))
        cost = line.stockrecord.cost_price
        is_below = cost is not None and is_now < was and is_now * _untaxed(line) < line.quantity * cost
        found.append(TriedLine(line.product, line.quantity, was, is_now, is_below_cost=is_below))
    known = {one.offer.pk for one in before if one.gift}
    gifts = [(one.gift.product, one.offer.pk in known) for one in after if one.gift]
    return found + [TriedLine(one, 1, money.ZERO, money.ZERO, is_gift=True, was_there=was) for one, was in gifts]


def _taken(line: OrderLine, applied: list[Application]) -> Decimal:
    return sum((one.per_line.get(line.pk, money.ZERO) for one in applied), money.ZERO)


def _untaxed(line: OrderLine) -> Decimal:
    """The share of what is paid for a line that is not tax."""
    return Decimal(line.line_price_excl_tax / line.line_price_incl_tax) if line.line_price_incl_tax else Decimal(1)


def _amounts(applications: list[Application], order: Order) -> dict[int, Decimal]:
    """What each takes off: goods, gifts at their price, or what delivery cost then."""
    charge = Decimal(order.shipping_incl_tax)
    amounts = {}
    for one in applications:
        amounts[one.offer.pk] = one.off_shipping(charge, order.currency) if one.is_shipping else one.amount
        charge -= amounts[one.offer.pk] if one.is_shipping else money.ZERO
    return amounts


def _off(amounts: dict[int, Decimal], applications: list[Application]) -> Decimal:
    """Off what is paid: a gift costs the shopper nothing, but takes nothing off either."""
    return sum((amounts[one.offer.pk] for one in applications if not one.is_gift), money.ZERO)


def _margin(lines: list[OrderLine], applications: list[Application]) -> tuple[Decimal, bool] | None:
    """What is left of the lines with a cost, without tax and less gifts, and whether one is sold below it. None: no costs."""
    known = [line for line in lines if line.stockrecord.cost_price is not None]
    if not known:
        return None
    left, is_below = Decimal(0), False
    for line in known:
        paid = line.quantity * line.stockrecord.price - _taken(line, applications)
        own = paid * _untaxed(line) - line.quantity * line.stockrecord.cost_price
        left, is_below = left + own, is_below or own < 0
    gifts = [one.gift.stockrecord.cost_price or money.ZERO for one in applications if one.gift]
    return left - sum(gifts, money.ZERO), is_below


def _gift_of(application: Application) -> str:
    return str(application.gift.product.get_title()) if application.gift else ""
