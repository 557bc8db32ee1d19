"""The question whether visits may be counted, on each page and on one of its own."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from analytics import agreeing, browsers
from shop.customers import identity
from shop.storefront import way_back

WORDING = gettext_lazy(
    "May we count your visits? It shows us which pages help and where people find us. A cookie of our own tells your visits "
    "apart; nobody else gets to see it."
)


@csrf_exempt  # the bar stands on pages that need no cookie; that it was sent from one of ours is looked at below
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """What is counted and how, and the two buttons. The answer leads back to where it was given."""
    if request.method != "POST":
        context = {"wording": WORDING, "days": settings.VISIT_DAYS, "visits": request.visits}  # type: ignore[attr-defined]
        return render(request, "analytics/visits_choice.html", context)
    if not _is_from_here(request):
        return HttpResponseForbidden(_("Please answer on one of our own pages."))
    answer = redirect(way_back.of(request, otherwise="visits"))
    customer = identity.proven(request)
    if request.POST.get("answer") == "yes" and not browsers.minds(request):
        agreeing.agree(request, answer, customer, str(WORDING))
        said = _("Thank you. Your visits are counted from now on.")
    elif request.POST.get("answer") in ("yes", "no"):
        agreeing.refuse(request, answer, customer, str(WORDING))
        said = _("Your visits are not counted.")
    else:
        return redirect("visits")
    if request.POST.get("from") == "page":
        messages.success(request, said)
    return answer


def _is_from_here(request: HttpRequest) -> bool:
    """Browsers say where a form was sent from. Another site must not agree for somebody."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    sent_from = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sent_from).netloc == request.get_host()
