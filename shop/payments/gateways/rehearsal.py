"""The test provider: a payment page and books of its own, so that the demo and the tests take the true path offline.

It can be told to decline, to charge and then be silent, to answer twice, to know of a payment only later. Its books are
kept apart from ours: nothing but this module writes them, never inside a transaction of ours.
"""

import hashlib
import hmac
import json
import uuid
from datetime import timedelta

from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
    outside_transactions,
)
from shop.payments.models import PaymentAttempt, Refund, TestCharge, TestSession

TOLERANCE = 300
LATE = timedelta(seconds=20)
unreachable: set[str] = set()  # tests: calls that fail ("start", "outcome", "refund") …
silent: set[str] = set()  # … or act and then do not answer


class Rehearsal(Gateway):
    code = PaymentMethod.Code.TEST
    name = _("Test card")
    description = _("No money moves: the next page asks how this payment should end.")

    def is_on(self) -> bool:
        return bool(settings.DEMO or settings.TESTING)

    @outside_transactions
    def start(self, attempt: PaymentAttempt) -> Started:
        _reach("start")
        page = TestSession(key=attempt.key, amount=attempt.amount, currency=attempt.currency)
        TestSession.objects.bulk_create([page], ignore_conflicts=True)
        _answer("start")
        return Started(str(attempt.key), reverse("payments:test-page", kwargs={"key": attempt.key}))

    @outside_transactions
    def outcome(self, attempt: PaymentAttempt) -> Outcome:
        _reach("outcome")
        charge = TestCharge.objects.filter(key=attempt.key, visible_at__lte=timezone.now()).first()
        if charge:
            number = money.minor_units(charge.amount, charge.currency)
            return Outcome(Result.CAPTURED, str(charge.key), number, charge.currency)
        session = TestSession.objects.filter(key=attempt.key).first()
        if session is None or session.is_closed:
            return Outcome(Result.ABSENT)
        return Outcome(Result.DECLINED, error=session.declined) if session.declined else Outcome(Result.PENDING)

    @outside_transactions
    def close(self, attempt: PaymentAttempt) -> None:
        _reach("close")
        # A page that was never opened is made closed: a start that is still on its way must not open it later.
        fields = {"amount": attempt.amount, "currency": attempt.currency, "is_closed": True}
        session, is_new = TestSession.objects.get_or_create(key=attempt.key, defaults=fields)
        if not is_new:
            TestSession.objects.filter(pk=session.pk).update(is_closed=True)
        # What was charged but not yet told is known now: a closed page cannot change its mind.
        TestCharge.objects.filter(key=attempt.key).update(visible_at=timezone.now())

    @outside_transactions
    def refund(self, refund: Refund) -> RefundOutcome:
        _reach("refund")
        balance = TestCharge.objects.filter(charge_key=refund.attempt.key).exclude(key=refund.key)
        if refund.amount > (balance.aggregate(left=Sum("amount"))["left"] or 0):
            return RefundOutcome(is_done=False, error="more than what is left of the charge")
        fields = {
            "charge_key": refund.attempt.key,
            "amount": -refund.amount,
            "currency": refund.attempt.currency,
            "visible_at": timezone.now(),
        }
        TestCharge.objects.get_or_create(key=refund.key, defaults=fields)
        _answer("refund")
        return RefundOutcome(is_done=True, reference=str(refund.key))

    def read_webhook(self, request: HttpRequest) -> Notice:
        stamp, _comma, signature = request.headers.get("Test-Signature", "").partition(",")
        if not stamp.isdecimal() or len(stamp) > 12 or abs(timezone.now().timestamp() - int(stamp)) > TOLERANCE:
            raise Forged("time")
        if not hmac.compare_digest(signature.encode(), signature_of(request.body, stamp).encode()):
            raise Forged("signature")
        try:
            event = json.loads(request.body)
            return Notice(str(event["id"])[:255], str(event["type"])[:100], str(uuid.UUID(event["attempt"])))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Forged("unreadable") from error


@outside_transactions
def charge(session: TestSession, *, is_late: bool = False) -> TestCharge | None:
    """The shopper pays on the test page. A page takes money once; a closed or declined one takes none."""
    if not TestSession.objects.filter(pk=session.pk, is_closed=False, declined="").exists():
        return None
    fields = {
        "charge_key": session.key,
        "amount": session.amount,
        "currency": session.currency,
        "visible_at": timezone.now() + (LATE if is_late else timedelta(0)),
    }
    return TestCharge.objects.get_or_create(key=session.key, defaults=fields)[0]


@outside_transactions
def decline(session: TestSession, why: str) -> None:
    """The bank says no."""
    paid = TestCharge.objects.filter(key=session.key)
    TestSession.objects.filter(pk=session.pk).exclude(key__in=paid.values("key")).update(declined=why)


def webhook_call(key: uuid.UUID, kind: str, event_id: str = "") -> tuple[bytes, dict[str, str]]:
    """The body and the headers of a webhook call of this provider."""
    body = json.dumps({"id": event_id or uuid.uuid4().hex, "type": kind, "attempt": str(key)}).encode()
    stamp = str(int(timezone.now().timestamp()))
    return body, {"Test-Signature": f"{stamp},{signature_of(body, stamp)}"}


def signature_of(body: bytes, stamp: str) -> str:
    secret = f"test-webhook:{settings.SECRET_KEY}".encode()
    return hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _reach(call: str) -> None:
    if call in unreachable:
        raise Unreachable("told not to answer")


def _answer(call: str) -> None:
    if call in silent:
        raise Unreachable("told to act and be silent")
