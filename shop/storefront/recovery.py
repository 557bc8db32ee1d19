"""A link that brings a basket back, on whatever device: for mails about baskets left behind."""

from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.forks.basket.models import Basket
from shop.mail import outbox
from shop.storefront import drafts
from shop.storefront.shopping import ShopRequest

_SIGNER = TimestampSigner(salt="shop.basket.recovery")


def link_to(basket: Basket) -> str:
    """The full address that opens this basket, good for as long as a basket is kept."""
    return outbox.absolute(reverse("basket:recover", kwargs={"token": _SIGNER.sign(str(basket.pk))}))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recover(request: ShopRequest, token: str) -> HttpResponse:
    """Open the basket of a link. Its page then says what changed since: prices, stock, vouchers.

    A browser with a basket of its own is asked first (a link is followed, not agreed to); an account's basket wants its login.
    """
    basket = _named(token)
    if basket is None or basket.pk is None or basket.status != Basket.OPEN:
        messages.info(request, _("This basket is not there any more: it was ordered or put together with another one."))
        return redirect("basket:summary")
    if request.basket.pk == basket.pk:
        return redirect("basket:summary")
    if basket.owner_id:
        return redirect(f"{reverse(settings.LOGIN_URL)}?next={reverse('basket:summary')}")
    if request.basket.item_count or request.user.is_authenticated:
        if request.method != "POST":
            return render(request, "storefront/basket/recover.html", {"found": basket})
        request.basket.merge(basket)
    else:
        # The link may have been passed on: it carries what is in the basket, not the address typed beside it.
        drafts.discard(basket.pk)
        request.basket = basket
    messages.success(request, _("Here is your basket again."))
    return redirect("basket:summary")


def _named(token: str) -> Basket | None:
    try:
        pk = int(_SIGNER.unsign(token, max_age=settings.OSCAR_BASKET_COOKIE_LIFETIME))
    except (BadSignature, ValueError):
        return None
    return Basket.objects.filter(pk=pk).first()
