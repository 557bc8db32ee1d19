"""Where providers call, and the page of the test provider."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from shop.events import bell
from shop.payments import webhooks
from shop.payments.gateways import rehearsal
from shop.payments.models import PaymentAttempt, TestSession

MAX_BODY = 256 * 1024


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """A provider says that something happened. Forged calls get 400 and leave no trace."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        return HttpResponse(status=413)
    try:
        event = webhooks.take(provider, request)
    except webhooks.Forged:
        return HttpResponse(status=400)
    if event:
        bell.ring("shop.payments.tasks.apply_webhooks")
    return HttpResponse(status=200)


ENDINGS: dict[str, tuple[Any, Any, str]] = {
    "pay": (_("Pay"), _("The payment goes through."), "4242 4242 4242 4242"),
    "decline": (_("Decline"), _("The bank says no. The shopper may try again."), "4000 0000 0000 0002"),
    "funds": (_("Not enough money"), _("The bank says no, with a reason."), "4000 0000 0000 9995"),
    "silent": (_("Charge, then silence"), _("The money is taken and nobody comes back to the shop."), "4000 0000 0000 0408"),
    "twice": (_("Charge, answer twice"), _("The money is taken and the shop is told three times."), "4000 0000 0000 0222"),
    "late": (_("Charge, answer late"), _("The shop hears of it about a minute later."), "4000 0000 0000 0077"),
}
REASONS = {"decline": "card_declined", "funds": "insufficient_funds"}


@never_cache
@require_http_methods(["GET", "POST"])
def test_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """The test provider's payment page: how should this payment end?"""
    if not (settings.DEMO or settings.TESTING):
        raise Http404
    session = get_object_or_404(TestSession, key=key)
    attempt = get_object_or_404(PaymentAttempt.objects.select_related("order"), key=key)
    ending = request.POST.get("ending", "")
    if request.method == "POST" and ending == "leave":
        return redirect(attempt.return_path or "/")
    if request.method == "POST" and ending in ENDINGS:
        return _end(session, attempt, ending)
    with translation.override(attempt.order.language):
        context = {"session": session, "order": attempt.order, "endings": ENDINGS, "is_open": attempt.is_open}
        return render(request, "payments/test.html", context, status=400 if request.method == "POST" else 200)


def _end(session: TestSession, attempt: PaymentAttempt, ending: str) -> HttpResponse:
    back = redirect(attempt.return_path or "/")
    if ending in REASONS:
        rehearsal.decline(session, REASONS[ending])
        return back
    rehearsal.charge(session, is_late=ending == "late")
    if ending == "silent":
        return HttpResponse("The connection to the bank was lost.", status=504, content_type="text/plain")
    for _call in range(2 if ending == "twice" else 0):
        body, headers = rehearsal.webhook_call(session.key, "charge.captured", f"twice-{session.key}")
        call = RequestFactory().post("/pay/test/webhook/", body, content_type="application/json", headers=headers)
        webhook(call, "test")
    return back
