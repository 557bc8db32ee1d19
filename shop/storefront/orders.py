"""One order as its buyer sees it, by the key in its address: no account needed, nobody else's to find."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shop.forks.basket.models import CannotChange
from shop.forks.offer.models import Benefit, ConditionalOffer
from shop.forks.order.models import Order
from shop.orders import receipt
from shop.storefront.shopping import ShopRequest


@never_cache
@require_safe
def order(request: ShopRequest, token: str) -> HttpResponse:
    """Where the order is, what is in it, and what can be done about it."""
    found = get_object_or_404(Order, token=token)
    return render(request, "storefront/order.html", {"order": found, "receipt": receipt.of(found)})


@require_POST
def again(request: ShopRequest, token: str) -> HttpResponse:
    """Put the same things into the basket, as far as they can still be bought."""
    found = get_object_or_404(Order, token=token)
    added = 0
    # A gift would come back as something to pay for.
    gifts = ConditionalOffer.objects.filter(benefit__type=Benefit.GIFT).values("pk")
    bought = found.lines.exclude(discounts__order_discount__offer_id__in=gifts)
    for line in bought.select_related("product__parent").exclude(product=None):
        try:
            request.basket.add_product(line.product, line.quantity)
            added += 1
        except CannotChange as why:
            messages.warning(request, str(why))
    if found.lines.filter(product=None).exists():
        messages.warning(request, _("Some things of this order are not sold any more."))
    if added:
        text = ngettext("%(count)s thing is in your basket again.", "%(count)s things are in your basket again.", added)
        messages.success(request, text % {"count": added})
    return redirect("basket:summary")
