"""Choosing which gift comes with the basket, or none."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shop.forks.basket.models import Basket
from shop.pricing.gifts import NONE
from shop.storefront import basket as basket_page
from shop.storefront import checkout
from shop.storefront.shopping import ShopRequest

MOST = 50  # choices remembered on a basket


@require_POST
def choose(request: ShopRequest, pk: int) -> HttpResponse:
    """Note the `product` for the promotion `pk`, 0 for none. What is true, each quote says."""
    typed = request.POST.get("product", "")
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 10
    if is_number and request.basket.pk:
        _note(request.basket, pk, int(typed))
    if request.htmx and request.POST.get("back") == "checkout" and request.basket.item_count:
        return checkout.parts(request)
    said = _("No gift, then.") if is_number and int(typed) == NONE else _("Your gift is chosen.")
    return basket_page.changed(request, said=said if is_number else "")


def _note(basket: Basket, offer_id: int, product_id: int) -> None:
    """On an open basket; the choice for another promotion stays."""
    chosen = {**basket.gifts_chosen, str(offer_id): product_id}
    basket.gifts_chosen = dict(list(chosen.items())[-MOST:])
    Basket.objects.filter(pk=basket.pk, status=Basket.OPEN).update(gifts_chosen=basket.gifts_chosen)
