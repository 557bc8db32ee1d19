"""Money that does not come through the shop."""

from django.utils.translation import gettext_lazy as _

from shop.orders.models import PaymentMethod
from shop.payments.gateways.base import Gateway, Outcome, RefundOutcome, Result
from shop.payments.models import PaymentAttempt, Refund


class Offline(Gateway):
    """Paid and given back by hand; staff say so."""

    is_offline = True

    def outcome(self, attempt: PaymentAttempt) -> Outcome:
        return Outcome(Result.PENDING)

    def close(self, attempt: PaymentAttempt) -> None: ...

    def refund(self, refund: Refund) -> RefundOutcome:
        return RefundOutcome(is_done=True)


class BankTransfer(Offline):
    code = PaymentMethod.Code.BANK_TRANSFER
    name = _("Bank transfer")
    description = _("We send the account with the confirmation, and the parcel when the money has arrived.")
    unpaid_status = "awaiting_transfer"

    def is_on(self) -> bool:
        return False  # nobody can transfer to an account that the merchant has not written down


class CashOnDelivery(Offline):
    code = PaymentMethod.Code.CASH_ON_DELIVERY
    name = _("Cash on delivery")
    description = _("You pay the courier.")
    unpaid_status = "on_delivery"

    def is_on(self) -> bool:
        return True


class NothingToPay(Offline):
    """For orders that a voucher pays in full."""

    code = "free"
    name = _("Nothing to pay")

    def is_on(self) -> bool:
        return False
