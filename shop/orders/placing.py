"""From basket to order: everything scarce is reserved and the order written in one transaction, before any payment.

Rows are locked in one order, here and wherever an order is changed: basket, customer, what they have of credits, stock,
vouchers, offers, each by id.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.models import Country

from shop.customers import consent, zones
from shop.customers.models import Consent, Customer, User
from shop.events.catalog import OrderPlaced
from shop.events.log import record
from shop.forks.basket.models import Basket, Line
from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.forks.partner.strategy import Selector
from shop.forks.races import is_guarded, racepoint
from shop.forks.voucher.models import Voucher
from shop.orders import credits, holding, quotes, steps, writing
from shop.orders.details import Details
from shop.orders.quotes import Quote
from shop.pricing import gifts, offers
from shop.rules.kept import one_look

__all__ = ["CannotPlace", "Details", "place"]

LOCK_TIMEOUT = "3s"
LOCKED_OUT = ("55P03", "40P01")  # PostgreSQL's codes: the lock was not free in time, a deadlock
TRIES = 3
# The total, what is to pay, and the gifts (`Quote.gift_ids`), as the shopper saw them.
Seen = tuple[Decimal | None, Decimal | None, str | None]


class CannotPlace(Exception):
    """The basket stays open; `str()` tells the shopper why, in their language."""

    message = _("The order could not be placed.")

    def __str__(self) -> str:
        return str(self.message)


class BasketIsEmpty(CannotPlace):
    message = _("There is nothing in your basket.")


class SoldOut(CannotPlace):
    """`lines`: (product title, units left) of what is short."""

    message = _("Some things in your basket have just sold out.")

    def __init__(self, lines: list[tuple[str, int]]) -> None:
        super().__init__()
        self.lines = lines


class PriceChanged(CannotPlace):
    """`quote`: what the basket costs now."""

    message = _("The total has changed since you saw it. Please look at it again.")

    def __init__(self, quote: Quote) -> None:
        super().__init__()
        self.quote = quote


class CreditChanged(PriceChanged):
    message = _("What you can use of your balance has changed, and with it what is left to pay. Please look at it again.")


class GiftChanged(PriceChanged):
    message = _("The gift that you saw is not there any more. Please look at your order again.")


class VoucherNotValid(CannotPlace):
    message = _("A voucher in your basket is not valid any more. Please take it out.")


class NotYourVoucher(VoucherNotValid):
    message = _("This voucher belongs to somebody else. Please take it out.")


class NoSuchShipping(CannotPlace):
    message = _("This way of delivery is not possible for your basket. Please choose another.")


class NoSuchPayment(CannotPlace):
    message = _("This way to pay is not possible for your basket. Please choose another.")


class TooBusy(CannotPlace):
    message = _("Many people are buying this right now. Please try again.")


class _LimitReached(Exception):
    """Somebody else took the last use of an offer between our price and our order."""


def place(
    basket_id: int,
    *,
    details: Details,
    user: User | AnonymousUser | None,
    seen_total: Decimal | None,
    seen_due: Decimal | None = None,
    seen_gifts: str | None = None,
) -> Order:
    """The order of this basket: written now, or the one that it already has. Raises subclasses of `CannotPlace`.

    `seen_total` is the total on the shopper's screen, and `seen_due` what is to pay of it where credits pay a part: other
    ones raise `PriceChanged` instead of surprising them. `seen_gifts` are the gifts there, as `Quote.gift_ids` tells them.
    """
    seen = (seen_total, seen_total if seen_due is None else seen_due, seen_gifts)
    account = cast("User", user) if user is not None and user.is_authenticated else None
    _refuse_early(basket_id)
    customer = who_orders(account, details.email)
    for _attempt in range(TRIES):
        try:
            # Rules are looked at anew: those that the page was made with may be older than the locks.
            with transaction.atomic(), one_look(again=True):
                order = _place(basket_id, details, account, customer, seen)
            racepoint("place.after_commit")
            return order
        except _LimitReached:
            continue  # the price without that offer is worked out now
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") not in LOCKED_OUT:
                raise
            raise TooBusy from error
        except IntegrityError as error:
            if "order_order_number" not in str(error):  # one in ten million: the same random number twice
                raise
    raise TooBusy


def who_orders(account: User | None, email: str) -> Customer:
    """The person whose order it is: of the account, else with the address that was typed."""
    return Customer.objects.for_user(account) if account else Customer.objects.for_email(email)


def _place(basket_id: int, details: Details, user: User | None, customer: Customer, seen: Seen) -> Order:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [LOCK_TIMEOUT])
    if not Basket.objects.claim(basket_id):
        return _order_of_closed(basket_id)
    racepoint("place.basket_claimed")
    customer = Customer.objects.lock_for(customer)
    basket = _loaded(basket_id, customer)
    vouchers = Voucher.objects.lock_for(basket.vouchers.values("pk"))
    quote = quotes.quote(
        basket,
        country=details.country,
        shipping_code=details.shipping_code or None,
        payment_code=details.payment_code,
        customer=customer,
        vouchers=vouchers,
    )
    _refuse(quote, customer, seen)
    racepoint("place.priced")
    wanted = [line.line for line in quote.lines]  # with the gifts
    if not StockRecord.objects.reserve(_units(wanted)):
        raise SoldOut(_short(wanted))
    racepoint("place.stock_reserved")
    try:
        order = writing.order_of(quote, basket, details, customer, user)
    except Country.DoesNotExist as error:
        raise NoSuchShipping from error
    if not holding.take_vouchers(order, quote, vouchers, customer):
        raise VoucherNotValid
    racepoint("place.vouchers_taken")
    try:
        credits.hold(order, customer, quote.credits)
    except credits.NotEnough as error:
        raise CreditChanged(quote) from error
    racepoint("place.credits_held")
    event = OrderPlaced(order_id=order.pk, number=order.number, total=str(order.total_incl_tax), currency=order.currency)
    record(event, customer=customer)
    steps.take_all(order, details, quote)
    _remember(customer, details, user)
    # Last, because every order with a popular offer waits here for the one before it.
    if not holding.take_offers(quote):
        raise _LimitReached
    racepoint("place.before_commit")
    return order


_SHORT = """
    SELECT s.id FROM basket_basket b JOIN basket_line l ON l.basket_id = b.id
    JOIN partner_stockrecord s ON s.id = l.stockrecord_id
    JOIN catalogue_product p ON p.id = l.product_id LEFT JOIN catalogue_product parent ON parent.id = p.parent_id
    JOIN catalogue_productclass kind ON kind.id = coalesce(p.product_class_id, parent.product_class_id)
    WHERE b.id = %s AND b.status = %s AND kind.track_stock
    GROUP BY s.id HAVING sum(l.quantity) > s.num_in_stock - coalesce(s.num_allocated, 0)
"""


def _refuse_early(basket_id: int) -> None:
    """Say no without a lock where it is plain: a crowd at an empty shelf must not queue for it."""
    if not is_guarded("stock"):
        return
    with connection.cursor() as cursor:
        cursor.execute(_SHORT, [basket_id, Basket.OPEN])
        short = [record for (record,) in cursor.fetchall()]
    if short:
        lines = Line.objects.filter(basket=basket_id, stockrecord__in=short)
        raise SoldOut(_short(lines.select_related("product__parent", "stockrecord")))


def _order_of_closed(basket_id: int) -> Order:
    order = Order.objects.filter(basket=basket_id).first()
    if order is None:
        raise BasketIsEmpty
    return order


def _loaded(basket_id: int, customer: Customer) -> Basket:
    """The basket and its lines, with what they would take of credits and stock locked and as it is now."""
    basket: Basket = Basket.objects.get(pk=basket_id)
    basket.strategy = Selector().strategy()
    credits.lock(basket, customer)
    _lock_gifts(basket, customer)
    rows = basket.lines.with_goods().order_by("stockrecord", "pk")
    lines = sorted(rows.select_for_update(of=("stockrecord",)) if is_guarded("stock") else rows, key=lambda line: line.pk)
    if not lines:
        raise BasketIsEmpty
    basket._lines = lines
    return basket


def _lock_gifts(basket: Basket, customer: Customer) -> None:
    """Hold the stock of the gifts that the basket earns, as far as one can tell, together with that of its lines."""
    vouchers = list(basket.vouchers.all())
    if not is_guarded("stock") or not gifts.records_in_play(vouchers):
        return
    earned = [one.gift.stockrecord_id for one in offers.applied_to(basket, vouchers, customer) if one.gift]
    if earned:
        StockRecord.objects.lock_for([*earned, *(line.stockrecord_id for line in basket.all_lines())])
    basket._lines = None


def _refuse(quote: Quote, customer: Customer, seen: Seen) -> None:
    """Raise if the basket cannot be ordered as it is."""
    short = [line for line in quote.lines if line.problem]
    if short:
        raise SoldOut([(line.line.product.get_title(), 0 if line.is_gone else line.units_left or 0) for line in short])
    if quote.refused_vouchers:
        raise VoucherNotValid if all(one.is_for(customer) for one in quote.refused_vouchers) else NotYourVoucher
    if quote.shipping_option is None and quotes.needs_shipping(line.line for line in quote.lines):
        raise NoSuchShipping
    total, due, gift_ids = seen
    if gift_ids is not None and gift_ids != quote.gift_ids:
        raise GiftChanged(quote)
    if total is not None and total != quote.total:
        raise PriceChanged(quote)
    if due is not None and due != quote.due:
        raise CreditChanged(quote)


def _units(lines: Iterable[Line]) -> dict[int, int]:
    """Units to reserve, by stock record: lines of one record together."""
    units: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.product.get_product_class().track_stock:
            units[line.stockrecord_id] += line.quantity
    return units


def _short(lines: Iterable[Line]) -> list[tuple[str, int]]:
    return [(line.product.get_title(), max(line.stockrecord.net_stock_level, 0)) for line in lines]


def _remember(customer: Customer, details: Details, user: User | None) -> None:
    """What the order tells of the person; an account holder's own name stays, and all else too if somebody else types."""
    customer.first_name = customer.first_name or details.first_name
    customer.last_name = customer.last_name or details.last_name
    if customer.user_id is None or (user and customer.user_id == user.pk):
        customer.phone = details.phone or customer.phone
        if not customer.time_zone or customer.country != details.country:  # who has moved has another clock
            customer.time_zone = zones.known(details.time_zone) or customer.time_zone
        customer.language, customer.country = details.language, details.country
    customer.save(update_fields=["first_name", "last_name", "phone", "language", "country", "time_zone"])
    if details.wants_news:
        consent.give(
            customer,
            Consent.Topic.NEWS,
            source=Consent.Source.CHECKOUT,
            wording=details.news_wording,
            ip=details.ip,
        )
