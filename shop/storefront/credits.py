"""Paying a part with points: how many of them the basket's owner would like to use."""

import re

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shop.forks.basket.models import Basket
from shop.orders import credits
from shop.storefront import basket as basket_page
from shop.storefront import checkout
from shop.storefront.shopping import ShopRequest


@require_POST
def use(request: ShopRequest, code: str) -> HttpResponse:
    """Ask for so many `units`; none takes them out, `all` asks for as many as there are. What is true, each quote says."""
    if code not in credits.kinds():
        raise Http404
    typed = "" if "none" in request.POST else request.POST.get("units", "")
    units = credits.ALL if "all" in request.POST else _typed(typed)
    error = _("Please type a whole number.") if units is None else ""
    if units is not None and request.basket.owner_id:
        _ask_for(request.basket, code, units)
    if request.htmx and request.POST.get("back") == "checkout" and request.basket.item_count:
        return checkout.parts(request, error=error)
    return basket_page.changed(request, error=error, said="" if error else _("The amount to pay is up to date."))


def _ask_for(basket: Basket, code: str, units: int) -> None:
    """Note it on an open basket, whoever else changes the rest of it."""
    asked = {**basket.credits_asked, code: min(units, credits.ALL)}
    basket.credits_asked = {one: count for one, count in asked.items() if count}
    Basket.objects.filter(pk=basket.pk, status=Basket.OPEN).update(credits_asked=basket.credits_asked)


def _typed(text: str) -> int | None:
    """A whole number as people write it: “1240”, “1 240”, “1,240”, “1.240”. Nothing typed means none; None: no number."""
    plain = " ".join(text.split())
    if not plain:
        return 0
    if not re.fullmatch(r"[0-9]{1,15}|[0-9]{1,3}([ .,'’][0-9]{3}){1,4}", plain):
        return None
    return int("".join(letter for letter in plain if letter.isdecimal()))
