"""The checkout: one page from the basket to the order, and the way to the payment and back."""

import structlog
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shop.content.identity import page_address
from shop.customers import identity
from shop.forks.order.models import Order
from shop.orders import credits, placing, receipt, statuses
from shop.orders.placing import CannotPlace, Details, PriceChanged, SoldOut
from shop.payments import attempts, providers, settlement
from shop.payments.gateways.base import Unreachable
from shop.payments.providers import Provider
from shop.storefront import basket as basket_page
from shop.storefront import countries, drafts, limits, till, vouchers
from shop.storefront.shopping import ShopRequest
from shop.storefront.till import Till

log = structlog.get_logger(__name__)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: ShopRequest) -> HttpResponse:
    """The page. A POST orders; with `update` in it, from a browser without scripts, it only shows the new totals."""
    if request.method == "POST":
        return _submitted(request)
    if not request.basket.item_count:
        return _nothing_to_order(request)
    return _page(request, till.of(request.basket, _known(request)))


@require_POST
def update(request: ShopRequest) -> HttpResponse:
    """Keep what was typed; the parts of the page that it changes, or nothing (204). For htmx."""
    if not request.basket.item_count:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("basket:summary")})
    return parts(request, was=request.POST.get("shown", ""))


def parts(request: ShopRequest, *, was: str = "", error: str = "") -> HttpResponse:
    """What a change of the checkout's fields, or of what credits pay, draws anew; 204 where nothing differs from `was`."""
    typed = _typed(request)
    drafts.keep(request.basket, typed, language=_language())
    if was.rpartition(":")[0] == ":".join(typed.get(name, "") for name in ("country", "shipping", "payment")):
        return HttpResponse(status=204)
    known = till.of(request.basket, typed)
    is_country_new = bool(was) and not was.startswith(f"{known.country}:")
    context = _context(request, known) | {"is_country_new": is_country_new, "credit_error": error}
    response = render(request, "storefront/checkout/_parts.html", context)
    countries.remember(response, known.country)
    return response


@never_cache
@require_GET
def come_back(request: ShopRequest, token: str) -> HttpResponse:
    """Where a payment provider sends the shopper: find out what became of the payment, and go on from there."""
    order = get_object_or_404(Order, token=token)
    attempt = order.attempts.first()
    if attempt:
        attempt = settlement.settle(attempt)
    order.refresh_from_db()
    if attempt and attempt.state == attempt.State.DECLINED:
        messages.error(request, _("The payment was declined and nothing was charged. You can try again or pay another way."))
        return redirect("checkout:pay", token=token)
    if attempt and attempt.state == attempt.State.SURPLUS and order.status == statuses.CANCELLED:
        text = _("The payment came when this order had been given up. Nothing is sent, and the money goes back to you.")
        messages.info(request, text)
    return redirect("checkout:thank-you", token=token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: ShopRequest, token: str) -> HttpResponse:
    """Pay an order that is not paid: choose a way, perhaps another one."""
    order = get_object_or_404(Order, token=token)
    if not receipt.is_payable(order):
        return redirect("customer:anon-order", token=token)
    ways = _ways_to_pay(order)
    chosen = request.POST.get("payment", "")
    if request.method == "POST":
        if chosen in [way.code for way in ways]:
            return _go_on(request, order, chosen)
        messages.error(request, _("Please choose how to pay."))
    context = {"order": order, "receipt": receipt.of(order), "providers": ways, "chosen": chosen or order.payment_code}
    return render(request, "storefront/checkout/pay.html", context)


def _ways_to_pay(order: Order) -> list[Provider]:
    """What is offered for an order that stands. Its total does not change any more: no way that costs more than it holds."""
    country = order.shipping_address.country_id if order.shipping_address else ""
    ways = providers.available(order.due, order.currency, country)
    if not any(way.surcharge for way in ways):
        return ways
    held = sum(one.excl_tax if order.tax_is_added else one.incl_tax for one in order.surcharges.all())
    return [way for way in ways if way.surcharge <= held]


@never_cache
@require_GET
def thank_you(request: ShopRequest, token: str) -> HttpResponse:
    """The order stands: what was ordered, what happens next, and an account for those who want one."""
    order = get_object_or_404(Order, token=token)
    if order.status in receipt.ENDED:
        return redirect("customer:anon-order", token=token)
    context = {"order": order, "receipt": receipt.of(order), "offers_account": request.user.is_anonymous and not order.user_id}
    return render(request, "storefront/thank_you.html", context)


def _submitted(request: ShopRequest) -> HttpResponse:
    """Place the order and go on to the payment. The same form sent again leads to the same order."""
    basket_id = till.basket_of(request.POST.get("basket", ""))
    if basket_id and basket_id != request.basket.pk:
        placed = Order.objects.filter(basket_id=basket_id).first()
        if placed:
            return _go_on(request, placed, placed.payment_code)
    if not request.basket.item_count:
        return _nothing_to_order(request)
    typed = _typed(request)
    drafts.keep(request.basket, typed, language=_language())
    if "update" in request.POST:
        return _page(request, till.of(request.basket, typed))
    known = till.of(request.basket, typed, is_order=True)
    if not known.form.is_valid():
        return _page(request, known)
    return _placed(request, known, typed)


def _placed(request: ShopRequest, known: Till, typed: dict[str, str]) -> HttpResponse:
    basket_id, user = known.basket.pk, request.user if request.user.is_authenticated else None
    assert basket_id is not None  # it has lines
    try:
        order = placing.place(
            basket_id,
            details=_details(request, known),
            user=user,
            seen_total=till.amount(typed.get("seen_total")),
            seen_due=till.amount(typed.get("seen_due")),
            seen_gifts=typed.get("seen_gifts"),
        )
    except CannotPlace as why:
        request.basket.reset_offer_applications()
        # It tells whether somebody has ordered before: not to those who ask about one address after the other.
        if isinstance(why, PriceChanged) and not limits.is_spent("orderer", limits.address_of(request), tries=20, seconds=3600):
            typed["orderer"] = till.orderer(placing.who_orders(user, typed.get("email", "")), typed.get("email", ""))
            drafts.keep(request.basket, typed, language=_language())
        return _page(request, till.of(request.basket, typed), problem=why)
    drafts.discard(basket_id)
    response = _go_on(request, order, order.payment_code)
    countries.remember(response, known.country)
    if order.customer:
        identity.remember(request, response, order.customer)
    return response


def _go_on(request: ShopRequest, order: Order, payment_code: str) -> HttpResponse:
    """To the payment provider's page, or straight to the thank-you page. A provider that is away is no lost order."""
    thanks = reverse("checkout:thank-you", kwargs={"token": order.token})
    if not receipt.is_payable(order):
        return redirect(thanks)
    try:
        step = attempts.start(order, payment_code, reverse("checkout:return", kwargs={"token": order.token}))
    except (Unreachable, CannotPlace) as why:
        log.warning("payment_not_started", order=order.number, error=str(why))
        text = _("Your order is safe, but the payment could not be started. Please try again or choose another way to pay.")
        messages.error(request, text)
        return redirect("checkout:pay", token=order.token)
    return redirect(step.redirect_url or thanks)


def _details(request: ShopRequest, known: Till) -> Details:
    clean = known.form.cleaned_data
    return Details(
        email=clean["email"],
        first_name=clean["first_name"],
        last_name=clean["last_name"],
        line1=clean["line1"],
        line2=clean["line2"],
        line4=clean["line4"],
        state=clean.get("state", ""),
        postcode=clean.get("postcode", ""),
        country=clean["country"],
        phone=clean["phone"],
        note=clean["note"],
        shipping_code=clean.get("shipping", ""),
        payment_code=clean["payment"],
        language=_language(),
        time_zone=request.POST.get("time_zone", ""),
        wants_news=clean["wants_news"],
        news_wording=str(known.form.fields["wants_news"].label),
        ip=limits.address_of(request),
    )


def _page(request: ShopRequest, known: Till, *, problem: CannotPlace | None = None) -> HttpResponse:
    context = _context(request, known) | {"problem": problem, "short": problem.lines if isinstance(problem, SoldOut) else ()}
    return render(request, "storefront/checkout.html", context)


def _context(request: ShopRequest, known: Till) -> dict[str, object]:
    owner = identity.proven(request) if known.basket.owner_id else None
    return {
        "till": known,
        "form": known.form,
        "quote": known.quote,
        "lines": basket_page.lines_of(known.quote),
        "vouchers": vouchers.of(known.quote),
        "credit_offers": credits.offers(known.basket, owner, known.quote),
        "terms_url": page_address("terms"),
    }


def _nothing_to_order(request: ShopRequest) -> HttpResponse:
    messages.info(request, _("Your basket is empty."))
    return redirect("basket:summary")


def _typed(request: ShopRequest) -> dict[str, str]:
    names = (*drafts.KEPT, "seen_total", "seen_due", "seen_gifts")
    return {name: request.POST[name].replace("\0", "") for name in names if name in request.POST}


def _known(request: ShopRequest) -> dict[str, str]:
    """What the fields hold when the page opens: what was typed before, else what the account knows."""
    draft = drafts.of(request.basket)
    return {"country": countries.remembered(request), **({} if draft else drafts.from_account(request.user)), **draft}


def _language() -> str:
    return get_language() or ""
