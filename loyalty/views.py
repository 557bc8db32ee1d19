"""What shoppers see of points: their own, how the programme works, and the door of a friend's link."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from loyalty import friends, history, programme, standing
from shop.customers import identity
from shop.customers.models import Customer
from shop.storefront import limits
from shop.storefront.account import account_page
from shop.storefront.codes import Answer

PER_PAGE = 20
TRIES = {"tries": 30, "seconds": 3600}


@require_http_methods(["GET", "HEAD", "POST"])
def explained(request: HttpRequest) -> HttpResponse:
    """The programme in one screen. A POST brings the code of a friend."""
    if not programme.current().is_on:
        raise Http404
    if request.method == "POST":
        return _arrive(request, request.POST.get("code", ""))
    return render(request, "loyalty/programme.html", {"explained": standing.explained()})


@require_GET
@account_page
def mine(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Balance, what comes and what ends, the tier, the link for friends, the history. Only for whose address is confirmed."""
    if not programme.current().is_on:
        raise Http404
    if identity.proven(request) is None:
        return render(request, "loyalty/account.html", {"customer": customer})
    stands = standing.of(customer)
    number = _page(request.GET.get("page", ""))
    rows = history.of(stands.account, (number - 1) * PER_PAGE, PER_PAGE) if stands.account.pk else []
    context: dict[str, Any] = {
        "customer": customer,
        "standing": stands,
        "explained": standing.explained(),
        "rows": rows[:PER_PAGE],
        "page": number,
        "has_older": len(rows) > PER_PAGE,
    }
    return render(request, "loyalty/account.html", context)


@never_cache
@require_GET
def friend(request: HttpRequest, code: str) -> HttpResponse:
    """A friend's link: the first order from this browser counts for them."""
    if not programme.current().is_on:
        raise Http404
    return _arrive(request, code)


def _arrive(request: HttpRequest, code: str) -> HttpResponse:
    if limits.is_spent("friend", limits.address_of(request), **TRIES):
        messages.error(request, _("Too many tries. Please try again in an hour."))
        return redirect("loyalty:programme")
    response = redirect("loyalty:programme")
    found = friends.answer(request, code) or Answer(error=_("We do not know this code. Please look at it again."))
    if found.error:
        messages.error(request, found.error)
    else:
        messages.success(request, found.said)
    if found.keep:
        found.keep(response)
    return response


def _page(text: str) -> int:
    return int(text) or 1 if text.isascii() and text.isdecimal() and len(text) < 4 else 1
