"""Which offers a basket gets and what they take off, line by line.

Oscar's rules, by priority and among equals the best for the shopper (see `best`), on offers that are compiled once
(`shop.pricing.live`). What changes with every order, uses and budgets, is read here, and checked again by the database
when the order is placed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from oscar.apps.offer.results import ApplicationResult

from shop.customers.models import Customer
from shop.forks import money
from shop.forks.basket.models import Basket, Line
from shop.forks.catalogue.models import Product
from shop.forks.offer.giving import Given
from shop.forks.offer.models import Benefit, ConditionalOffer
from shop.forks.voucher.models import Voucher
from shop.pricing import audience, best, gifts, live
from shop.pricing.audience import Sorted
from shop.pricing.live import Live
from shop.pricing.reading import Reading

AT_ONCE = Reading()
BESIDE = (Benefit.GIFT, Benefit.SHIPPING_PERCENTAGE, Benefit.SHIPPING_ABSOLUTE, Benefit.SHIPPING_FIXED_PRICE)


@dataclass
class Worked:
    """What a basket gets, and the offers that might have given something."""

    applications: "list[Application]"
    candidates: list[ConditionalOffer]
    people: Sorted = field(default_factory=Sorted)  # whom they are for, and those that are for others


@dataclass
class Application:
    """An offer that the basket gets. `per_line`: basket line id -> amount; adds up to `amount` for offers on goods."""

    offer: ConditionalOffer
    voucher: Voucher | None
    affects: int
    times: int = 0
    amount: Decimal = money.ZERO
    per_line: dict[int, Decimal] = field(default_factory=dict)
    gift: Line | None = None  # a line of nobody's basket, numbered below nothing
    gift_choices: list[Product] = field(default_factory=list)

    @property
    def is_gift(self) -> bool:
        return bool(self.affects == Given.affects)

    @property
    def gives(self) -> bool:
        """Whether the shopper gets anything of it."""
        return bool(self.amount or self.is_shipping or self.is_deferred or self.gift or self.gift_choices)

    @property
    def is_shipping(self) -> bool:
        return bool(self.affects == ApplicationResult.SHIPPING)

    @property
    def is_deferred(self) -> bool:
        """Gives something after the order instead of taking something off."""
        return bool(self.affects == ApplicationResult.POST_ORDER)

    def off_shipping(self, charge: Decimal, currency: str) -> Decimal:
        """What it takes off a delivery charge."""
        off = money.rounded(self.offer.shipping_discount(charge, currency), currency)
        return min(charge, off if self.offer.budget_left is None else min(off, self.offer.budget_left))


def applied_to(basket: Basket, vouchers: Sequence[Voucher], customer: Customer | None) -> list[Application]:
    """What the basket gets, in the order in which it is applied. The basket needs its strategy and lines."""
    return worked_out(basket, vouchers, customer).applications


def worked_out(
    basket: Basket,
    vouchers: Sequence[Voucher],
    customer: Customer | None,
    shops_own: Sequence[Live] | None = None,
    reading: Reading = AT_ONCE,
) -> Worked:
    """What the basket gets, and all that was looked at. `shops_own` are the offers to try instead of those that run."""
    lines = basket.all_lines()
    people = _candidates(basket, vouchers, customer, live.running() if shops_own is None else shops_own, reading)
    offers = people.open
    beside = [offer for offer in offers if is_beside(offer)]
    on_goods = [offer for offer in offers if not is_beside(offer)]
    # They take nothing off the goods: they go with everything, and nothing is used up for them.
    applications = _run(beside, basket, lines)
    applications += best.of_orders(on_goods, lambda order: _run(order, basket, lines))
    by_place = {offer.pk: at for at, offer in enumerate(offers)}
    applications.sort(key=lambda one: by_place[one.offer.pk])
    earned = [one for one in applications if one.is_gift]
    if earned:
        gifts.choose(earned, basket, lines, reading.gifts([one.offer.benefit.range_id for one in earned]))
    return Worked([one for one in applications if one.gives], offers, people)


def is_beside(offer: ConditionalOffer) -> bool:
    """Whether it gives something beside the goods' prices: delivery, a gift."""
    return not offer.benefit.proxy_class and offer.benefit.type in BESIDE


def _run(offers: Sequence[ConditionalOffer], basket: Basket, lines: Sequence[Line]) -> list[Application]:
    """What these offers give, used in this order on goods that nothing has used yet."""
    for line in lines:
        line.clear_discount()
    applications = [one for one in (_apply(offer, basket) for offer in offers) if one]
    left = {line.pk: line.line_price_incl_tax for line in lines}
    for application in applications:
        _settle(application, lines, left, str(basket.currency))
    return applications


def _apply(offer: ConditionalOffer, basket: Basket) -> Application | None:
    """Use the offer as often as it may be used."""
    found = None
    for _ in range(offer.get_max_applications()):
        result = offer.apply_benefit(basket)
        if not result.is_successful:
            break
        found = found or Application(offer, offer.get_voucher(), result.affects)
        found.times += 1
        found.amount += result.discount
        if result.is_final:
            break
    return found


def _settle(application: Application, lines: Iterable[Line], left: dict[int, Decimal], currency: str) -> None:
    """Give each line its share in whole units of currency: never more than the line costs, nor than the budget has."""
    taken = {
        line.pk: sum((one.amount for one in line.discounts if one.offer == application.offer), money.ZERO) for line in lines
    }
    amount = money.rounded_down(application.amount, currency)
    if application.offer.budget_left is not None:
        amount = min(amount, money.rounded_down(application.offer.budget_left, currency))
    shares = dict(zip(taken, money.split(amount, list(taken.values()), currency), strict=True))
    application.per_line = {pk: min(share, left[pk]) for pk, share in shares.items() if share}
    for pk, share in application.per_line.items():
        left[pk] -= share
    application.amount = sum(application.per_line.values(), money.ZERO)


def _candidates(
    basket: Basket, vouchers: Sequence[Voucher], customer: Customer | None, known: Sequence[Live], reading: Reading
) -> Sorted:
    """Offers of the shop and of these vouchers that may touch the basket, the highest priority first, by whom they are for."""
    lines = basket.all_lines()
    by_offer = _vouchers_by_offer(vouchers)
    if by_offer:
        theirs = {one.offer.pk: one for one in (*known, *live.of_vouchers(by_offer))}
        known = sorted(theirs.values(), key=lambda one: (-one.offer.priority, one.offer.pk))
    if not known:
        return Sorted()
    spans = [span for one in known for span in one.spans]
    places = reading.places([line.product for line in lines], spans, audience.reduced(lines))
    offers = [one.for_basket(places) for one in known if one.may_touch(places)]
    limited = [offer for offer in offers if offer.is_counted]
    counted = reading.counters([offer.pk for offer in limited]) if limited else {}
    for offer in limited:
        if offer.pk in counted:
            offer.num_applications, offer.total_discount = counted[offer.pk]
    for offer in offers:
        offer.set_voucher(by_offer.get(offer.pk))
    people = audience.sort(offers, basket, customer)
    mine = [offer for offer in people.open if offer.max_user_applications is not None]
    uses = reading.uses([offer.pk for offer in mine], basket, customer) if mine else {}
    for offer in mine:
        offer.uses_by_customer = uses.get(offer.pk, 0)
    return people


def _vouchers_by_offer(vouchers: Sequence[Voucher]) -> dict[int, Voucher]:
    if not vouchers:
        return {}
    by_id = {voucher.pk: voucher for voucher in vouchers}
    pairs = Voucher.offers.through.objects.filter(voucher__in=by_id).values_list("conditionaloffer_id", "voucher_id")
    return {offer_id: by_id[voucher_id] for offer_id, voucher_id in pairs.order_by("-voucher_id")}
