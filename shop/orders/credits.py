"""What is paid neither in money nor taken off the price: lines below the total. Points are one kind, gift cards another.

An app above registers its `Kind`. What a shopper would like to use stands on their basket and is never believed: each
quote asks anew what they have and what it may pay. Placing puts it aside with the order, the payment spends it, giving the
order up frees it, and a refund gives back to each line the share that was fixed when the order was placed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shop.customers.models import Customer
from shop.forks import money
from shop.forks.basket.models import Basket
from shop.forks.order.models import Line, Order
from shop.orders.models import CreditShare, OrderCredit
from shop.pricing.audience import holder_of

if TYPE_CHECKING:
    from shop.orders.quotes import Quote

ALL = 1_000_000_000  # asked for: as many as there are and may be used
State = OrderCredit.State
Parts = dict[int | None, Decimal]  # what each line of a basket costs, by its id; None: delivery and surcharges


class NotEnough(Exception):
    """There are fewer units than the quote said."""


@dataclass(frozen=True)
class Purse:
    """What somebody has, and what it may pay of a quote."""

    units: int
    value: Decimal  # of one unit, in the quote's currency
    least: int = 1  # fewer are not taken
    share: Decimal = Decimal(1)  # of what the order costs may be paid so
    excluded: frozenset[int] = frozenset()  # ids of lines that it does not pay for

    def worth(self, units: int, currency: str) -> Decimal:
        """What so many units pay."""
        return money.rounded_down(units * self.value, currency)


@dataclass(frozen=True)
class Use:
    """One line below the total of a quote."""

    kind: "Kind"
    units: int
    amount: Decimal
    shares: dict[int | None, tuple[Decimal, int]]  # amount and units for each part that it pays of

    @property
    def label(self) -> str:
        """“1,240 points”."""
        return self.kind.counted(self.units)


class Kind:
    """One kind of credit. Every verb but `purse` runs in the transaction that changes the order, which is locked."""

    code: str
    name: Promise | str

    def counted(self, units: int) -> str:
        """So many of them, in words: “500 points”."""
        raise NotImplementedError

    def purse(self, customer: Customer, quote: "Quote") -> Purse | None:
        """What the customer has; None if nobody can use it now."""
        raise NotImplementedError

    def lock(self, customer: Customer) -> None:
        """Let nobody else touch what the customer has until the transaction ends."""
        raise NotImplementedError

    def hold(self, customer: Customer, units: int, order: Order) -> None:
        """Put units aside for an order. Raises `NotEnough`."""
        raise NotImplementedError

    def spend(self, order: Order) -> None:
        """The order is paid: what it holds is gone."""
        raise NotImplementedError

    def release(self, order: Order) -> None:
        """The order is given up: what it holds is free again."""
        raise NotImplementedError

    def give_back(self, order: Order, units: int, *, because: str) -> None:
        """Units that an order spent come back; once for each `because`."""
        raise NotImplementedError


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Have a kind of credit taken from now on. Those registered first pay first."""
    _kinds[kind.code] = kind


def kinds() -> dict[str, Kind]:
    """The registered kinds, by code."""
    return dict(_kinds)


def counted(code: str, units: int) -> str:
    """So many units of a kind in words, in the reader's language."""
    return _kinds[code].counted(units) if code in _kinds else f"{units}"


# What a quote takes


def used(basket: Basket, customer: Customer | None, quote: "Quote") -> list[Use]:
    """What pays part of a quote, as far as it was asked for, is there, and may. No query where nothing was asked for."""
    asked = {code: units for code, units in basket.credits_asked.items() if code in _kinds and units > 0}
    holder = holder_of(basket, customer) if asked else None
    if holder is None:
        return []
    uses = []
    left = parts_of(quote)
    for code, kind in _kinds.items():
        purse = kind.purse(holder, quote) if code in asked else None
        use = _use(kind, purse, asked[code], left, quote) if purse else None
        if use:
            uses.append(use)
            left = {part: amount - use.shares.get(part, (money.ZERO, 0))[0] for part, amount in left.items()}
    return uses


def parts_of(quote: "Quote") -> Parts:
    """What each part of a quote costs with tax; together they are its total."""
    added = not quote.tax_is_included
    lines: Parts = {line.line.pk: line.total + (line.tax if added else money.ZERO) for line in quote.lines}
    return {**lines, None: quote.total - sum(lines.values(), money.ZERO)}


def most_of(purse: Purse, quote: "Quote", left: Parts | None = None) -> int:
    """How many units of a purse can pay for a quote at most; 0 if it may not at all."""
    units = _units_for(_room(purse, parts_of(quote), left or parts_of(quote), quote.currency), purse)
    units = min(units, purse.units)
    return units if units >= purse.least and purse.worth(units, quote.currency) else 0


def _use(kind: Kind, purse: Purse, asked: int, left: Parts, quote: "Quote") -> Use | None:
    units = min(asked, most_of(purse, quote, left))
    payable = {part: amount for part, amount in left.items() if part not in purse.excluded}
    amount = min(purse.worth(units, quote.currency), _room(purse, parts_of(quote), left, quote.currency))
    if units < purse.least or not amount:
        return None
    units = _units_for(amount, purse)  # what would pay less than the smallest coin stays with its owner
    amounts = money.split(amount, list(payable.values()), quote.currency)
    shares = zip(payable, amounts, money.split_whole(units, amounts), strict=True)
    return Use(kind, units, amount, {part: (paid, count) for part, paid, count in shares if paid})


def _room(purse: Purse, parts: Parts, left: Parts, currency: str) -> Decimal:
    """How much of a quote a purse may pay: its share of what it pays for at all, and no more than is left of that."""
    whole, rest = (
        sum((amount for part, amount in some.items() if part not in purse.excluded), money.ZERO) for some in (parts, left)
    )
    return min(money.rounded_down(whole * purse.share, currency), rest)


def _units_for(amount: Decimal, purse: Purse) -> int:
    return int((amount / purse.value).to_integral_value(ROUND_CEILING))


# What a page offers


@dataclass(frozen=True)
class Offer:
    """What a page says of one kind: `have` and `remark` are in the shopper's language."""

    kind: Kind
    have: str  # “1,240 points”
    worth: Decimal
    most: int  # units that can pay for this quote
    units: int  # in use
    asked: int
    remark: str  # why fewer are used than were asked for, or none can be; empty when there is nothing to say


def offers(basket: Basket, customer: Customer | None, quote: "Quote") -> list[Offer]:
    """What the basket's owner can pay with; nothing for guests, or where the address of the account is not confirmed."""
    holder = holder_of(basket, customer) if _kinds and quote.lines else None
    if holder is None:
        return []
    purses = [(kind, kind.purse(holder, quote)) for kind in _kinds.values()]
    return [_offer(kind, purse, basket, quote) for kind, purse in purses if purse and purse.units]


def _offer(kind: Kind, purse: Purse, basket: Basket, quote: "Quote") -> Offer:
    asked = basket.credits_asked.get(kind.code, 0)
    units = next((use.units for use in quote.credits if use.kind is kind), 0)
    others = {part: amount - _paid_by_others(kind, part, quote) for part, amount in parts_of(quote).items()}
    most = most_of(purse, quote, others)
    return Offer(
        kind=kind,
        have=kind.counted(purse.units),
        worth=purse.worth(purse.units, quote.currency),
        most=most,
        units=units,
        asked=asked,
        remark=_remark(kind, purse, asked, most),
    )


def _paid_by_others(kind: Kind, part: int | None, quote: "Quote") -> Decimal:
    return sum((use.shares[part][0] for use in quote.credits if use.kind is not kind and part in use.shares), money.ZERO)


def _remark(kind: Kind, purse: Purse, asked: int, most: int) -> str:
    if purse.units < purse.least or 0 < asked < purse.least:
        return _("You can pay with %(least)s or more.") % {"least": kind.counted(purse.least)}
    if not most:
        return _("They cannot pay for what is in this basket.")
    if asked >= ALL:
        return ""
    if asked > purse.units:
        return _("You have %(units)s.") % {"units": kind.counted(purse.units)}
    return _("Up to %(units)s can pay for this basket.") % {"units": kind.counted(most)} if asked > most else ""


# What an order holds


def lock(basket: Basket, customer: Customer) -> None:
    """Before a basket is priced for its order: what it would use does not change any more. After the customer's lock."""
    if basket.credits_asked and holder_of(basket, customer):
        for code, kind in _kinds.items():
            if basket.credits_asked.get(code):
                kind.lock(customer)


def hold(order: Order, customer: Customer, uses: Iterable[Use]) -> None:
    """Put aside what the quote of a new order uses. Raises `NotEnough`."""
    for use in uses:
        use.kind.hold(customer, use.units, order)


def rows_of(order: Order, uses: Iterable[Use], lines: Mapping[int, Line]) -> None:
    """Write down what credits pay of an order; `lines`: its lines by the id of the basket's."""
    for use in uses:
        credit = OrderCredit.objects.create(
            order=order, code=use.kind.code, name=str(use.kind.name), amount=use.amount, units=use.units
        )
        CreditShare.objects.bulk_create(
            CreditShare(credit=credit, line=None if part is None else lines[part], amount=amount, units=units)
            for part, (amount, units) in use.shares.items()
        )


def spend(order: Order) -> None:
    """The order is paid. No query for one that credits pay nothing of."""
    _end(order, State.SPENT)


def release(order: Order) -> None:
    """The order is given up. Before its stock is freed: that is the order of locks."""
    _end(order, State.RELEASED)


def _end(order: Order, state: str) -> None:
    if not order.credit_total:
        return
    for credit in order.credits.filter(state=State.HELD):
        kind = _kinds[credit.code]
        (kind.spend if state == State.SPENT else kind.release)(order)
        OrderCredit.objects.filter(pk=credit.pk).update(state=state)


def give_back(order: Order, units: Mapping[str, int], *, because: str) -> None:
    """Units by code go back to where they came from, once for each `because`."""
    for code, count in units.items():
        if count:
            _kinds[code].give_back(order, count, because=because)
