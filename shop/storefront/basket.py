"""The basket: put in, change, take out, and see what it costs delivered."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shop.content.identity import page_address
from shop.customers import identity
from shop.forks.basket.models import Basket, CannotChange
from shop.forks.catalogue.models import Product, brief
from shop.orders import credits, quotes, showing
from shop.orders.quotes import Quote, QuoteLine
from shop.rules.kept import one_look
from shop.search import cards
from shop.storefront import codes, countries, limits, quantities, vouchers, way_back
from shop.storefront.quantities import BadQuantity
from shop.storefront.shopping import ShopRequest
from shop.storefront.vouchers import NotAccepted

SUGGESTED = 4


@dataclass(frozen=True)
class ShownLine:
    """A line of the basket with everything the page says about it."""

    of: QuoteLine
    face: showing.Face
    price_before: Decimal | None  # what the unit cost when it was put in, if that has changed

    @property
    def html_id(self) -> str:
        """The id of the quantity field: the focus stays in it when the line is drawn anew."""
        return f"quantity-{self.of.line.pk}"

    @property
    def reduced_from(self) -> Decimal | None:
        """The line at the price before a reduction; None where nothing is reduced."""
        unit = self.of.line.stockrecord.compare_at_price
        return unit * self.of.quantity if unit and unit > self.of.unit_price else None


@require_GET
@never_cache
def summary(request: ShopRequest) -> HttpResponse:
    """The basket's page. `?country=` changes where to; `?removed=&quantity=` offers to undo a removal."""
    asked = request.GET.get("country", "")
    country = asked if asked in countries.deliverable() else countries.remembered(request)
    response = _page(request, country=country, undo=_removed(request.GET))
    if asked == country:
        countries.remember(response, country)
    return response


@require_POST
def add(request: ShopRequest, pk: int) -> HttpResponse:
    """Put units of a product, or of its `variant`, into the basket. Answers htmx with the drawer, others with a page."""
    product = _chosen(pk, request.POST.get("variant", ""))
    try:
        quantity = quantities.typed(request.POST.get("quantity"))
        line, _is_new = request.basket.add_product(product, quantity)
    except (BadQuantity, CannotChange) as error:
        return _not_added(request, product, str(error))
    if not request.htmx:
        text = _("“%(title)s” is in your basket.") % {"title": product.get_title()}
        messages.success(request, text)
        return redirect(way_back.of(request, "basket:summary"))
    face = showing.faces_of([product])[product.pk]
    context = {"basket": request.basket, "added": line, "quantity": quantity, "face": face}
    return render(request, "storefront/basket/_drawer.html", context)


@require_POST
def update(request: ShopRequest) -> HttpResponse:
    """Set the quantity of one line; 0 takes it out."""
    line_id, basket = _number(request.POST.get("line")), request.basket
    try:
        quantity = quantities.typed(request.POST.get("quantity"), least=0)
        if quantity == 0:
            return remove(request)
        basket.set_quantity(line_id, quantity)
    except (BadQuantity, CannotChange) as error:
        return changed(request, error=str(error))
    return changed(request, said=_("The basket is up to date."))


@require_POST
def remove(request: ShopRequest) -> HttpResponse:
    """Take a line out, and offer to put it back."""
    basket: Basket = request.basket
    lines = basket.lines.filter(pk=_number(request.POST.get("line"))) if basket.pk else ()
    line = next(iter(lines), None)
    if line is None:
        return changed(request)
    try:
        basket.set_quantity(line.pk, 0)
    except CannotChange as error:
        return changed(request, error=str(error))
    return changed(request, removed={"removed": str(line.product_id), "quantity": str(line.quantity)})


@require_POST
def undo(request: ShopRequest, pk: int) -> HttpResponse:
    """Put back what was just taken out."""
    product = get_object_or_404(Product, pk=pk)
    try:
        request.basket.add_product(product, quantities.typed(request.POST.get("quantity")))
    except (BadQuantity, CannotChange) as error:
        return changed(request, error=str(error))
    return changed(request, said=_("“%(title)s” is back in the basket.") % {"title": product.get_title()})


@require_POST
def add_voucher(request: ShopRequest) -> HttpResponse:
    """Take a code: of a voucher, or another that an app knows. Guessing is slow: few tries for a basket and for an address."""
    basket: Basket = request.basket
    tries = [
        limits.is_spent("voucher", str(basket.pk), tries=10, seconds=600),
        limits.is_spent("voucher-from", limits.address_of(request), tries=30, seconds=3600),
    ]
    if any(tries):
        return changed(request, error=_("That was a lot of codes. Please try again in a few minutes."))
    code = request.POST.get("code", "")[:128]
    try:
        voucher = vouchers.add(basket, code, request.user)
        reason = _why_not(basket, voucher.pk, countries.remembered(request))
        if reason is not None:
            vouchers.remove(basket, voucher.pk)
            raise vouchers.OfNoUse(reason) if reason else NotAccepted
    except NotAccepted as error:
        found = codes.answer(request, code) or codes.Answer(error=str(error))
        response = changed(request, said=found.said, error=found.error)
        if found.keep:
            found.keep(response)
        return response
    return changed(request, said=_("The voucher is applied."))


@require_POST
def remove_voucher(request: ShopRequest, pk: int) -> HttpResponse:
    """Take a voucher off the basket."""
    try:
        vouchers.remove(request.basket, pk)
    except NotAccepted:
        return changed(request)
    return changed(request, said=_("The voucher is taken out."))


def lines_of(quote: Quote) -> list[ShownLine]:
    """The quote's lines as pages show them."""
    faces = showing.faces_of(line.line.product for line in quote.lines)
    return [
        ShownLine(
            of=line,
            face=faces[line.line.product_id],
            price_before=line.line.price_incl_tax if line.line.price_incl_tax != line.unit_price else None,
        )
        for line in quote.lines
    ]


@one_look()
def _page(
    request: ShopRequest, *, country: str, said: str = "", error: str = "", undo: dict[str, Any] | None = None
) -> HttpResponse:
    basket: Basket = request.basket
    quote = quotes.quote(basket, country=country)
    context = {
        "basket": basket,
        "quote": quote,
        "lines": lines_of(quote),
        "vouchers": vouchers.of(quote),
        "credit_offers": credits.offers(basket, identity.proven(request) if basket.owner_id else None, quote),
        "countries": countries.choices(countries.deliverable()),
        "country": country,
        "free_shipping_percent": _free_shipping_percent(quote),
        "said": said,
        "error": error,
        "undo": undo,
        "delivery_url": page_address("delivery"),
        "suggestions": [] if quote.lines else cards.best_sellers(SUGGESTED, get_language() or ""),
    }
    name = "_contents" if request.htmx else "summary"
    return render(request, f"storefront/basket/{name}.html", context)


def changed(request: ShopRequest, *, said: str = "", error: str = "", removed: dict[str, str] | None = None) -> HttpResponse:
    """After a change: htmx gets the new contents, a plain form a redirect that says what happened."""
    if request.htmx:
        undo = _removed(removed) if removed else None
        return _page(request, country=countries.remembered(request), said=said, error=error, undo=undo)
    if error:
        messages.error(request, error)
    elif said:
        messages.success(request, said)
    where = reverse("checkout:index" if request.POST.get("back") == "checkout" else "basket:summary")
    return redirect(f"{where}?{urlencode(removed)}" if removed else where)


def _removed(values: Any) -> dict[str, Any] | None:
    """What was taken out, for the undo button."""
    pk, quantity = _number(values.get("removed")), _number(values.get("quantity"))
    product = Product.objects.select_related("parent").filter(pk=pk).first() if pk and 0 < quantity <= quantities.MOST else None
    return {"product": product, "title": product.get_title(), "quantity": quantity} if product else None


def _chosen(pk: int, variant: str) -> Product:
    """The product that is meant: the one with this pk, or one of its variants."""
    known = Product.objects.select_related("parent", "product_class", "parent__product_class").only(*_columns()).order_by()
    product: Product = get_object_or_404(known, pk=_number(variant) if variant else pk)
    if pk not in (product.pk, product.parent_id):
        raise Http404
    if product.is_parent:
        only = list(known.filter(parent=product)[:2])
        return only[0] if len(only) == 1 else product
    return product


@cache
def _columns() -> list[str]:
    kinds = [f"{relation}product_class__track_stock" for relation in ("", "parent__")]
    return [*brief(), *brief("parent"), *kinds]


def _not_added(request: ShopRequest, product: Product, text: str) -> HttpResponse:
    if request.htmx:
        context = {"basket": request.basket, "error": text, "product": product}
        return render(request, "storefront/basket/_drawer.html", context)
    messages.error(request, text)
    return redirect(product.parent if product.is_child else product)


def _free_shipping_percent(quote: Quote) -> int:
    """How much of the way to free delivery is done."""
    over = quote.shipping_option.free_over if quote.shipping_option else None
    missing = quote.missing_for_free_shipping
    return int(100 * (over - missing) / over) if over and missing else 100


def _why_not(basket: Basket, voucher_id: int, country: str) -> str | None:
    """Why the voucher gives nothing to this basket, empty if that is not for saying; None if it does."""
    return vouchers.why_not(quotes.quote(basket, country=country), voucher_id) if basket.item_count else ""


def _number(text: str | None) -> int:
    """A row's id as a form sent it; 0, which no row has, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
