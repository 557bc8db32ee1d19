"""The demo's mailbox: everything the shop has sent, for anybody who plays with it. Only where `DEMO` is set."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from csp.decorators import csp_exempt
from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from shop.mail import envelope, sheets
from shop.mail.models import Message

PAGE = 25
# A mail may show styles and pictures and nothing else; its links open in a tab of their own.
MAIL_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
LINKS_IN_A_TAB = '<head><base target="_blank">'


def only_in_the_demo(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mails carry keys to accounts: outside the demo there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_in_the_demo
@require_safe
@never_cache
def messages(request: HttpRequest) -> HttpResponse:
    """All messages, newest first; `?q=` looks for a part of the address or the subject."""
    sought = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = Message.objects.only("uid", "to_address", "subject", "state", "kind", "created_at", "language").order_by("-pk")
    if sought:
        found = found.filter(Q(to_address__icontains=sought) | Q(subject__icontains=sought))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "storefront/mailbox/messages.html", {"page": page, "sought": sought})


@only_in_the_demo
@require_safe
@never_cache
def message(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One message: as a reader sees it, as text, and its headers."""
    shown = get_object_or_404(Message, uid=uid)
    headers = envelope.of(shown, None).message().items()
    said = sheets.filled(shown)
    return render(request, "storefront/mailbox/message.html", {"message": shown, "said": said, "headers": headers})


@csp_exempt()
@only_in_the_demo
@require_safe
@never_cache
@xframe_options_sameorigin
def body(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The HTML of a message alone, for the frame of the page above."""
    shown = get_object_or_404(Message, uid=uid)
    response = HttpResponse(sheets.filled(shown).html.replace("<head>", LINKS_IN_A_TAB, 1) or "<!doctype html>")
    response["Content-Security-Policy"] = MAIL_POLICY
    return response
