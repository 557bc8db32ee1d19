"""Pages that a mail leads to. They change something only when a button is pressed: mail scanners open every link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from shop.customers import consent
from shop.customers.models import Consent, Customer
from shop.mail import preferring, suppression, unsubscribing


@csrf_exempt  # the token is the proof; mailboxes post without cookies (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, stop on POST: from the button of the page as from the one of the mailbox."""
    try:
        customer, topic = unsubscribing.read(token)
    except unsubscribing.BadLink:
        return _page(request, "bad_link", status=404)
    with translation.override(customer.language or translation.get_language()):
        if request.method != "POST":
            return _page(request, "ask_stop", topic=topic.label, token=token)
        everything = request.POST.get("what") == "everything"
        unsubscribing.stop(customer, topic, everything=everything, ip=request.META.get("REMOTE_ADDR"))
        return _page(request, "stopped", customer, topic=topic.label, everything=everything)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The second half of a double opt-in."""
    try:
        asked = consent.asked_by(token)
        with translation.override(asked.customer.language or translation.get_language()):
            if request.method != "POST":
                return _page(request, "ask_confirm", topic=asked.get_topic_display(), token=token)
            _confirm(asked, token, request)
            return _page(request, "confirmed", asked.customer, topic=asked.get_topic_display())
    except consent.ExpiredLink:
        return _page(request, "bad_link", status=404)


def _confirm(asked: Consent, token: str, request: HttpRequest) -> None:
    consent.confirm(token, ip=request.META.get("REMOTE_ADDR"))
    address = Customer.objects.values_list("email", flat=True).get(pk=asked.customer_id)
    if address:
        suppression.lift(address)


def _page(
    request: HttpRequest, step: str, customer: Customer | None = None, *, status: int = 200, **values: object
) -> HttpResponse:
    """`customer`: whose link it was, once they have pressed its button."""
    chosen = {"preferences_url": preferring.path(customer)} if customer else {}
    return render(request, "storefront/mail_choice.html", {"step": step, **values, **chosen}, status=status)
