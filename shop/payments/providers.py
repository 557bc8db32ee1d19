"""Ways to pay: what the code can do, joined with what the merchant offers."""

from dataclasses import dataclass
from decimal import Decimal

from shop.orders.models import PaymentMethod
from shop.payments.gateways.base import Gateway
from shop.payments.gateways.card import Stripe
from shop.payments.gateways.offline import BankTransfer, CashOnDelivery, NothingToPay
from shop.payments.gateways.rehearsal import Rehearsal

GATEWAYS: dict[str, Gateway] = {
    one.code: one for one in (Rehearsal(), Stripe(), CashOnDelivery(), BankTransfer(), NothingToPay())
}
ONLY_WHEN_ON = (PaymentMethod.Code.TEST, PaymentMethod.Code.STRIPE)  # a row of the merchant does not switch these on


@dataclass(frozen=True)
class Provider:
    """A way to pay, as the checkout shows it."""

    code: str
    name: str
    description: str
    surcharge: Decimal = Decimal(0)


def gateway(code: str) -> Gateway:
    """The provider with this code; every attempt has one, also when it is not offered any more."""
    return GATEWAYS[code]


def available(total: Decimal, currency: str, country: str) -> list[Provider]:
    """Ways to pay this total from this country, in the merchant's order. `total` is without surcharges."""
    if total <= 0:
        return [_shown(GATEWAYS["free"], None)]
    rows = {row.code: row for row in PaymentMethod.objects.all()}
    fitting = {row.code for row in rows.values() if row.fits(total, country)}
    offered = [one for code, one in GATEWAYS.items() if (code in fitting if code in rows else one.is_on())]
    offered = [one for one in offered if one.code not in ONLY_WHEN_ON or one.is_on()]
    offered.sort(key=lambda one: rows[one.code].position if one.code in rows else -1)
    return [_shown(one, rows.get(one.code)) for one in offered]


def _shown(one: Gateway, row: PaymentMethod | None) -> Provider:
    return Provider(
        code=str(one.code),
        name=(row.name if row else "") or str(one.name),
        description=(row.description if row else "") or str(one.description),
        surcharge=row.surcharge if row else Decimal(0),
    )
