"""Where the links of marketing mails lead first."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns import clicks, links
from campaigns.models import Link
from shop.mail.models import Message


@require_safe
@never_cache
def follow(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """On to the address that is stored for the message, which notes that it was opened. Sets no cookie and knows nobody."""
    try:
        message = Message.objects.select_related("customer").filter(uid=links.uid_of(key)).first()
    except links.BadKey:
        message = None
    if message is None or message.sheet_id is None:
        raise Http404
    machine = clicks.is_machine(
        request.method or "", request.headers.get("User-Agent", ""), request.headers.get("Sec-Purpose", "")
    )
    if number == links.HIDDEN:
        clicks.note(message, None, True)
        return _to(settings.SHOP_URL)
    link = Link.objects.filter(pk=number, sheet=message.sheet_id).first() if number < 2**63 else None
    if link is None:
        raise Http404
    clicks.note(message, link, machine)
    return _to(link.url)


def _to(url: str) -> HttpResponse:
    # Stored by a marketer, but an address is an address: nothing but the web is ever redirected to.
    if urlsplit(url).scheme not in ("http", "https"):
        raise Http404
    response = HttpResponse(status=302, headers={"Location": url, "X-Robots-Tag": "noindex, nofollow"})
    response["Referrer-Policy"] = "no-referrer"
    return response
