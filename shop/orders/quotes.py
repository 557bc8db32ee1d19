"""What a basket costs, with every part of the total: the one place where prices are added up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from shop.customers.models import Customer
from shop.forks import money
from shop.forks.basket.models import Basket, Line, units_left
from shop.forks.catalogue.models import Product
from shop.forks.partner.strategy import Selector
from shop.forks.voucher.models import Voucher
from shop.orders import credits, ways_to_pay
from shop.orders.credits import Use
from shop.orders.models import PaymentMethod
from shop.pricing import offers, reasons, tax
from shop.pricing.offers import Application, Worked
from shop.pricing.reasons import Barred, Nearly
from shop.pricing.tax import Taxes
from shop.rules.kept import one_look
from shop.shipping import perks
from shop.shipping.rates import Option, options_for


@dataclass
class QuoteLine:
    """One line of the basket with its prices. Amounts are what the shopper is shown (before added tax)."""

    line: Line  # with product, its parent and stockrecord loaded
    quantity: int
    unit_price: Decimal
    price: Decimal  # quantity x unit price
    discount: Decimal
    total: Decimal  # price - discount
    tax: Decimal  # contained in `total` or to be added to it, see Quote.tax_is_included
    units_left: int | None  # None where stock is not counted
    is_gift: bool = False
    problem: str = ""  # why this line cannot be ordered as it is, in the shopper's language

    @property
    def is_gone(self) -> bool:
        """Whether it is not sold any more, however many are left."""
        product = self.line.product
        is_shown = product.is_public and (not product.is_child or product.parent.is_public)
        return not is_shown or self.line.stockrecord.price is None


@dataclass
class QuoteDiscount:
    """What one offer takes off."""

    offer_id: int
    name: str
    amount: Decimal
    frequency: int
    voucher_id: int | None = None
    voucher_code: str = ""
    is_shipping: bool = False
    is_deferred: bool = False  # gives something after the order: nothing off


@dataclass(frozen=True)
class Gift:
    """What a promotion gives for nothing: `chosen` is one of the choices, or None where the shopper wants none."""

    offer_id: int
    name: str
    choices: list[Product]
    chosen: int | None


@dataclass
class Quote:
    """Every part of the total."""

    currency: str
    country: str
    lines: list[QuoteLine]
    goods: Decimal  # before discounts
    discounts: list[QuoteDiscount]  # shipping discounts too
    discount_total: Decimal  # on goods only
    shipping_option: Option | None
    shipping_options: list[Option]
    shipping: Decimal  # after shipping discounts
    surcharge: Decimal  # of the way to pay
    tax: Decimal
    tax_is_included: bool
    total: Decimal
    missing_for_free_shipping: Decimal | None
    problems: list[str] = field(default_factory=list)  # in the shopper's language; empty when it can be ordered
    payment_method: PaymentMethod | None = None  # how the merchant set up the way to pay that was asked about
    refused_vouchers: list[Voucher] = field(default_factory=list)  # in the basket, but used up, out of date or somebody else's
    vouchers: list[Voucher] = field(default_factory=list)  # all that are in the basket
    applications: list[Application] = field(default_factory=list, repr=False)  # for writing the order
    taxes: Taxes = field(default_factory=Taxes, repr=False)
    credits: list[Use] = field(default_factory=list)  # lines below the total
    gifts: list[Gift] = field(default_factory=list)
    nearly: list[Nearly] = field(default_factory=list)  # what a little more would bring
    barred: list[Barred] = field(default_factory=list)  # what it would get if it was known whose basket it is
    why_not: dict[int, str] = field(default_factory=dict)  # voucher id -> why it takes nothing off

    @property
    def credit_total(self) -> Decimal:
        return sum((use.amount for use in self.credits), money.ZERO)

    @property
    def due(self) -> Decimal:
        """What has to be paid in money."""
        return self.total - self.credit_total

    @property
    def item_count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def gift_ids(self) -> str:
        """The gifts as a form sends them back: an order must not bring others than were shown."""
        return "-".join(str(line.line.product_id) for line in self.lines if line.is_gift)


@one_look()
def quote(
    basket: Basket,
    *,
    country: str,
    shipping_code: str | None = None,
    payment_code: str | None = None,
    customer: Customer | None = None,
    vouchers: Sequence[Voucher] | None = None,
) -> Quote:
    """What the basket costs delivered to a country; without `shipping_code` the first way of delivery.

    `customer` matters for offers that a person can use a number of times; `vouchers` are the basket's own if not given.
    """
    basket.strategy = Selector().strategy()
    lines = basket.all_lines()
    for line in lines:
        line.clear_discount()
    if vouchers is None:
        vouchers = list(basket.vouchers.select_related("owner")) if basket.pk else []
    usable = [one for one in vouchers if one.is_active() and one.is_available_to_user(basket.owner, customer)[0]]
    worked = offers.worked_out(basket, usable, customer) if lines else Worked([], [])
    applications = worked.applications
    lines = [*lines, *(one.gift for one in applications if one.gift)]
    taxes = tax.taxes_of(country)
    currency = lines[0].price_currency if lines else settings.OSCAR_DEFAULT_CURRENCY
    quoted = [_line(line, applications, taxes, currency) for line in lines]
    goods = sum((line.total for line in quoted), money.ZERO)
    options = options_for(goods, _weight(lines), country) if needs_shipping(lines) else []
    options = perks.applied(options, basket.owner)
    option = next((one for one in options if one.code == shipping_code), None if shipping_code else next(iter(options), None))
    shipping, shipping_discounts = _shipping(option, applications, currency)
    method = ways_to_pay.all_of_them().get(payment_code) if payment_code else None
    surcharge = method.surcharge if method and method.is_on else money.ZERO
    extras_tax = sum((taxes.of(amount, currency) for amount in (shipping, surcharge)), money.ZERO)
    whole_tax = sum((line.tax for line in quoted), extras_tax)
    discounts = [_discount(one, one.amount) for one in applications if one.amount or one.is_deferred] + shipping_discounts
    made = Quote(
        currency=currency,
        country=country,
        lines=quoted,
        goods=sum((line.price for line in quoted), money.ZERO),
        discounts=discounts,
        discount_total=sum((line.discount for line in quoted), money.ZERO),
        shipping_option=option,
        shipping_options=options,
        shipping=shipping,
        surcharge=surcharge,
        tax=whole_tax,
        tax_is_included=taxes.is_included,
        total=goods + shipping + surcharge + (money.ZERO if taxes.is_included else whole_tax),
        missing_for_free_shipping=_missing(option, options, goods),
        problems=_problems(quoted, options, needs_shipping(lines)),
        payment_method=method,
        refused_vouchers=[one for one in vouchers if one not in usable],
        vouchers=list(vouchers),
        applications=applications,
        taxes=taxes,
        gifts=[_gift(one) for one in applications if one.gift_choices],
        nearly=reasons.nearly(worked, lines),
        barred=reasons.barred(worked, lines),
        why_not=reasons.of_vouchers(usable, worked, lines),
    )
    made.credits = credits.used(basket, customer, made)
    return made


def needs_shipping(lines: Iterable[Line]) -> bool:
    """Whether anything of it is a thing that has to be carried."""
    return any(line.product.get_product_class().requires_shipping for line in lines)


def _line(line: Line, applications: list[Application], taxes: Taxes, currency: str) -> QuoteLine:
    unit = line.stockrecord.price or money.ZERO
    price = unit * line.quantity
    discount = sum((one.per_line.get(line.pk, money.ZERO) for one in applications), money.ZERO)
    left = units_left(line.stockrecord, line.product)
    return QuoteLine(
        line=line,
        quantity=line.quantity,
        unit_price=unit,
        price=price,
        discount=discount,
        total=price - discount,
        tax=taxes.of(price - discount, currency, line.product.get_product_class().pk),
        units_left=left,
        is_gift=line.pk is not None and line.pk < 0,
    )


def _discount(application: Application, amount: Decimal) -> QuoteDiscount:
    return QuoteDiscount(
        offer_id=application.offer.pk,
        name=_name(application),
        amount=amount,
        frequency=application.times,
        voucher_id=application.voucher.pk if application.voucher else None,
        voucher_code=application.voucher.code if application.voucher else "",
        is_shipping=application.is_shipping,
        is_deferred=application.is_deferred,
    )


def _gift(application: Application) -> Gift:
    chosen = application.gift.product_id if application.gift else None
    return Gift(application.offer.pk, _name(application), application.gift_choices, chosen)


def _name(application: Application) -> str:
    return str(application.voucher.name if application.voucher else application.offer.name)


def _shipping(option: Option | None, applications: list[Application], currency: str) -> tuple[Decimal, list[QuoteDiscount]]:
    """The charge after the offers on delivery, and what they took off."""
    charge, discounts = (option.price if option else money.ZERO), []
    for application in applications:
        if application.is_shipping and (off := application.off_shipping(charge, currency)):
            charge -= off
            discounts.append(_discount(application, off))
    return charge, discounts


def _weight(lines: Iterable[Line]) -> int:
    """Grams, packed. A variant without a weight of its own weighs what its parent says."""
    grams = 0
    for line in lines:
        product = line.product
        grams += line.quantity * (product.weight_g or (product.parent.weight_g if product.is_child else 0))
    return grams


def _missing(option: Option | None, options: list[Option], goods: Decimal) -> Decimal | None:
    """How much more makes delivery free: the chosen way, else the cheapest to make free. 0 when it is; None: never."""
    thresholds = [one.free_over for one in ([option] if option else options) if one.free_over is not None]
    thresholds = thresholds or [one.free_over for one in options if one.free_over is not None]
    return max(min(thresholds) - goods, money.ZERO) if thresholds else None


def _problems(lines: list[QuoteLine], options: list[Option], to_be_shipped: bool) -> list[str]:
    """Writes each line's problem on it, and returns all that stands against ordering."""
    wanted: dict[int, int] = defaultdict(int)  # units by stock record: lines with other options share them
    for line in lines:
        wanted[line.line.stockrecord_id] += line.quantity
    for line in lines:
        line.problem = _problem(line, wanted[line.line.stockrecord_id])
    problems = [line.problem for line in lines if line.problem]
    if not lines:
        problems.append(_("There is nothing in your basket."))
    elif to_be_shipped and not options:
        problems.append(_("We cannot deliver this basket to this country."))
    return problems


def _problem(line: QuoteLine, wanted: int) -> str:
    title = line.line.product.get_title()
    if line.is_gone:
        return _("“%(title)s” is not sold any more.") % {"title": title}
    if line.units_left is None or wanted <= line.units_left:
        return ""
    if line.units_left == 0:
        return _("“%(title)s” has just sold out.") % {"title": title}
    return _("Only %(left)d of “%(title)s” are left.") % {"left": line.units_left, "title": title}
