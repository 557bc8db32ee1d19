"""Paying with points: the credit “points” of `shop.orders.credits`, over the ledger. An order is the cause of what it holds."""

from decimal import Decimal

from django.conf import settings
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty import earning, ledger, programme
from loyalty.models import Account, Programme
from shop.customers.models import Customer
from shop.forks.order.models import Order
from shop.orders import credits
from shop.orders.credits import Kind, NotEnough, Purse
from shop.orders.quotes import Quote

CODE = "points"


class Points(Kind):
    """Points of the programme. They pay only while it runs; what orders hold goes its way in any case."""

    code = CODE
    name: Promise | str = _("Points")

    def counted(self, units: int) -> str:
        shown = formats.number_format(units, use_l10n=True, force_grouping=True)
        return ngettext("%(count)s point", "%(count)s points", units) % {"count": shown}

    def purse(self, customer: Customer, quote: Quote) -> Purse | None:
        rules = programme.current()
        if not rules.is_on or quote.currency != settings.OSCAR_DEFAULT_CURRENCY:
            return None
        account = Account.objects.filter(customer=customer).first()
        return Purse(
            units=spendable(account) if account else 0,
            value=rules.point_value,
            least=rules.min_spend,
            share=Decimal(rules.max_share) / 100,
            excluded=_unpayable(rules, quote),
        )

    def lock(self, customer: Customer) -> None:
        Account.objects.lock_for(customer)

    def hold(self, customer: Customer, units: int, order: Order) -> None:
        try:
            ledger.hold(customer, units, cause=cause_of(order), order=order)
        except ledger.NotEnoughPoints as error:
            raise NotEnough from error

    def spend(self, order: Order) -> None:
        ledger.spend_held(cause_of(order))

    def release(self, order: Order) -> None:
        ledger.release(cause_of(order))

    def give_back(self, order: Order, units: int, *, because: str) -> None:
        ledger.give_back(cause_of(order), units, because=because)


def _unpayable(rules: Programme, quote: Quote) -> frozenset[int]:
    """The lines that the merchant does not let points pay for."""
    if rules.unpayable_range_id is None:
        return frozenset()
    products = {line.line.pk: line.line.product for line in quote.lines}
    barred = earning.members({rules.unpayable_range_id}, list(products.values()))[rules.unpayable_range_id]
    return frozenset(pk for pk, product in products.items() if product.pk in barred)


def cause_of(order: Order) -> str:
    """The cause under which the ledger knows what an order holds and spends."""
    return f"order {order.number}"


def spendable(account: Account) -> int:
    """Points that can be spent now: those whose last day is over may still stand in the account for an hour."""
    today = timezone.localdate()
    if account.expires_on is None or account.expires_on >= today:
        return int(account.available)
    return int(account.available) - sum(account.lots.out_of_date(today).values_list("available", flat=True))


credits.register(Points())
