"""Stripe: its hosted page takes the card and does 3-D Secure, so no card number and no script of theirs comes near ours."""

import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import stripe
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shop.forks import money
from shop.orders.models import PaymentMethod
from shop.payments.gateways.base import (
    Forged,
    Gateway,
    Notice,
    Outcome,
    RefundOutcome,
    Result,
    Started,
    Unreachable,
    order_page,
    outside_transactions,
    plain,
)
from shop.payments.models import PaymentAttempt, Refund

P = ParamSpec("P")
R = TypeVar("R")

TIMEOUT = 10
TOLERANCE = 300  # seconds that a signed webhook call may be old
# The decimals that Stripe counts in, where they are not two: https://docs.stripe.com/currencies. They are its own: dinars of
# Serbia, which nobody divides any more, are counted in hundredths.
PLACES = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"), 0
    ),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3),
}

# The least that it takes, counted so: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
LEAST = {
    "AED": 200, "AUD": 50, "BGN": 100, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250, "EUR": 50, "GBP": 30,
    "HKD": 400, "HUF": 17500, "INR": 50, "JPY": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PLN": 200, "RON": 200,
    "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50,
}  # fmt: skip


def _asking(call: Callable[P, R]) -> Callable[P, R]:
    """What every call to Stripe has in common: no transaction open, and an answer that tells nothing is `Unreachable`.

    Also wrong keys and a request that it does not take: nobody may meet an error page over an order that stands.
    """

    @wraps(call)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return outside_transactions(call)(*args, **kwargs)
        except stripe.StripeError as error:
            raise Unreachable(plain(error)) from error

    return asked


class Stripe(Gateway):
    code = PaymentMethod.Code.STRIPE
    name = _("Card")
    description = _("Visa, Mastercard, Apple Pay, Google Pay: on the secure page of our payment provider.")
    worries = {
        "charge.dispute.created": gettext_noop("The buyer's bank disputes the payment: answer it at Stripe in time."),
        "charge.dispute.funds_withdrawn": gettext_noop("Stripe has taken the disputed money back."),
        "charge.dispute.closed": gettext_noop("The dispute is decided: see at Stripe how."),
        "refund.failed": gettext_noop(
            "Stripe could not give a refund back after all: the money is on the shop's balance again."
        ),
    }

    def is_on(self) -> bool:
        return bool(settings.STRIPE_SECRET_KEY)

    def takes(self, amount: Decimal, currency: str) -> bool:
        number = self.units(amount, currency)
        # Of three decimals cards know two: https://docs.stripe.com/currencies#three-decimal
        return number >= LEAST.get(currency, 1) and (PLACES.get(currency) != 3 or number % 10 == 0)

    @_asking
    def start(self, attempt: PaymentAttempt) -> Started:
        back = order_page(attempt, settings.SHOP_URL)
        price = {
            "currency": attempt.currency.lower(),
            "unit_amount": self.units(attempt.amount, attempt.currency),
            "product_data": {"name": attempt.order.number},
        }
        session = self._client.v1.checkout.sessions.create(
            params={
                "mode": "payment",
                "payment_method_types": ["card"],  # Apple Pay and Google Pay too; others may say days later whether they paid
                "client_reference_id": str(attempt.key),
                "customer_email": attempt.order.email,
                "locale": "auto",
                "success_url": back,
                "cancel_url": back,
                "line_items": [{"quantity": 1, "price_data": price}],
                "payment_intent_data": {"metadata": {"attempt": str(attempt.key), "order": attempt.order.number}},
            },
            options={"idempotency_key": f"start-{attempt.key}"},
        )
        return Started(session.id, session.url or "")

    @_asking
    def outcome(self, attempt: PaymentAttempt) -> Outcome:
        if not attempt.reference:
            return Outcome(Result.ABSENT)  # nobody was ever shown its page
        session = self._client.v1.checkout.sessions.retrieve(attempt.reference)
        if session.status == "complete" and session.payment_status in ("paid", "no_payment_required"):
            return Outcome(
                Result.CAPTURED,
                charge=str(session.payment_intent or ""),
                minor_units=session.amount_total,
                currency=(session.currency or "").upper(),
            )
        return Outcome(Result.ABSENT if session.status == "expired" else Result.PENDING)

    @_asking
    def close(self, attempt: PaymentAttempt) -> None:
        if not attempt.reference:
            return
        with suppress(stripe.InvalidRequestError):  # it is complete or expired already: `outcome` says which
            self._client.v1.checkout.sessions.expire(attempt.reference)

    @_asking
    def refund(self, refund: Refund) -> RefundOutcome:
        try:
            done = self._client.v1.refunds.create(
                params={
                    "payment_intent": refund.attempt.charge,
                    "amount": self.units(refund.amount, refund.attempt.currency),
                    "metadata": {"refund": str(refund.key), "order": refund.order.number},
                },
                options={"idempotency_key": f"refund-{refund.key}"},
            )
        except stripe.InvalidRequestError as error:
            return RefundOutcome(is_done=False, error=plain(error.user_message or error))
        # "pending" is on its way; what fails later comes back to the merchant's balance and shows at Stripe.
        return RefundOutcome(is_done=done.status in ("succeeded", "pending"), reference=done.id, error=done.status or "")

    def units(self, amount: Decimal, currency: str) -> int:
        return int(money.rounded(amount, currency).scaleb(PLACES.get(currency, 2)))

    def read_webhook(self, request: HttpRequest) -> Notice:
        _verify(request.body, request.headers.get("Stripe-Signature", ""))
        try:
            event = json.loads(request.body)
            thing = event["data"]["object"]
            key = thing.get("client_reference_id") or (thing.get("metadata") or {}).get("attempt")
            # What has no key of ours, a dispute or a refund, names the payment that it is about.
            reference = thing["id"] if thing.get("object") == "checkout.session" else not key and thing.get("payment_intent")
            return Notice(str(event["id"]), str(event["type"]), key, str(reference or ""))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Forged("unreadable") from error

    @property
    def _client(self) -> stripe.StripeClient:
        base: Any = {"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {}
        return stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            base_addresses=base,
            max_network_retries=1,
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
        )


def _verify(body: bytes, signature: str) -> None:
    """Raise `Forged` unless it was signed lately with one of our secrets: two are live while one is being replaced."""
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        with suppress(stripe.SignatureVerificationError, UnicodeDecodeError):
            stripe.WebhookSignature.verify_header(body.decode(), signature, secret, TOLERANCE)
            return
    raise Forged("signature")
