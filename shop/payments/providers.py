"""Ways to pay: what the code can do, joined with what the merchant offers."""

from dataclasses import dataclass
from decimal import Decimal

from shop.orders import ways_to_pay
from shop.orders.models import PaymentMethod
from shop.payments.gateways.base import Gateway
from shop.payments.gateways.card import Stripe
from shop.payments.gateways.offline import BankTransfer, CashOnDelivery, NothingToPay
from shop.payments.gateways.rehearsal import Rehearsal

GATEWAYS: dict[str, Gateway] = {
    one.code: one for one in (Rehearsal(), Stripe(), CashOnDelivery(), BankTransfer(), NothingToPay())
}
FREE = "free"
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
        return [_shown(GATEWAYS[FREE], None)]
    rows = ways_to_pay.all_of_them()
    offered = [one for code, one in GATEWAYS.items() if is_offered(code, total, currency, country, rows.get(code))]
    offered.sort(key=lambda one: rows[one.code].position if one.code in rows else -1)
    return [_shown(one, rows.get(one.code)) for one in offered]


def is_offered(code: str, total: Decimal, currency: str, country: str, row: PaymentMethod | None) -> bool:
    """Whether one way is offered for a total without surcharges; `row` is what the merchant set up for it."""
    one = GATEWAYS.get(code)
    if one is None or (one.code in ONLY_WHEN_ON and not one.is_on()):
        return False
    if not one.takes(total + (row.surcharge if row else 0), currency):
        return False
    return row.fits(total, country) if row else one.is_on()


def _shown(one: Gateway, row: PaymentMethod | None) -> Provider:
    return Provider(
        code=str(one.code),
        name=(row.name if row else "") or str(one.name),
        description=(row.description if row else "") or str(one.description),
        surcharge=row.surcharge if row else Decimal(0),
    )
