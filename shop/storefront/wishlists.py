"""Wish lists. A guest's belongs to the browser that holds its key, an account's to the account; a login joins them."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shop.customers.models import User
from shop.forks.catalogue.models import Product
from shop.forks.wishlists.models import Line, WishList
from shop.search import cards
from shop.storefront import way_back

COOKIE = "wishlist"
SALT = "storefront.wishlist"
MOST_LINES = 200
YEAR = 365 * 24 * 3600


def mine(request: HttpRequest) -> HttpResponse:
    """The visitor's own list."""
    wishlist = list_of(request)
    return _shown(request, wishlist, is_own=True)


def shared(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody's list, if they share it. A private one is as unknown as a wrong key."""
    wishlist = get_object_or_404(WishList, key=key)
    own = list_of(request)
    if wishlist == own:
        return redirect("wishlists:list")
    if not wishlist.is_shareable:
        raise Http404
    return _shown(request, wishlist, is_own=False)


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a product on the list; a second time changes nothing."""
    product = get_object_or_404(Product.objects.filter(is_public=True), pk=pk)
    wishlist = list_of(request) or _new(request)
    if wishlist.lines.count() >= MOST_LINES:
        messages.error(request, _("Your wish list is full. Remove something to make room."))
    else:
        Line.objects.get_or_create(wishlist=wishlist, product=product, defaults={"title": product.get_title()})
        if not request.htmx:  # type: ignore[attr-defined]
            messages.success(request, _("“%(title)s” is on your wish list.") % {"title": product.get_title()})
    return _kept(_answer(request, pk, is_listed=True), wishlist)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a product off the list."""
    wishlist = list_of(request)
    if wishlist:
        wishlist.lines.filter(product_id=pk).delete()
    return _answer(request, pk, is_listed=False)


@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Let everybody with the link see the list, or nobody but oneself again."""
    wishlist = list_of(request)
    if wishlist:
        is_shared = request.POST.get("share") == "on"
        wishlist.visibility = WishList.PUBLIC if is_shared else WishList.PRIVATE
        wishlist.save(update_fields=["visibility"])
    return redirect("wishlists:list")


def list_of(request: HttpRequest) -> WishList | None:
    """The visitor's list, `None` before the first wish. After a login the guest's list joins the account's."""
    key = request.get_signed_cookie(COOKIE, default=None, salt=SALT)
    guests = WishList.objects.filter(key=key, owner=None).first() if key else None
    if not request.user.is_authenticated:
        return guests
    user = cast(User, request.user)
    return _joined(_own(user), guests, user) if guests else _own(user)


def _own(user: User) -> WishList | None:
    """The account's first list."""
    return next(iter(WishList.objects.filter(owner=user).order_by("pk")[:1]), None)


def product_ids(request: HttpRequest) -> set[int]:
    """What the visitor wished for: no query for a visitor without a list."""
    if not request.user.is_authenticated and COOKIE not in request.COOKIES:
        return set()
    wishlist = list_of(request)
    return set(wishlist.lines.values_list("product_id", flat=True)) if wishlist else set()


@transaction.atomic
def _joined(own: WishList | None, guests: WishList, user: User) -> WishList | None:
    found = WishList.objects.select_for_update().filter(pk=guests.pk, owner=None).first()
    if found is None:  # another request of this login, a moment ago, has joined them
        return _own(user)
    guests = cast(WishList, found)
    if own is None:
        guests.owner = user
        guests.save(update_fields=["owner"])
        return guests
    known = own.lines.values_list("product_id", flat=True)
    guests.lines.exclude(product_id__in=list(known)).update(wishlist=own)
    guests.delete()
    return own


def _new(request: HttpRequest) -> WishList:
    owner = request.user if request.user.is_authenticated else None
    made: WishList = WishList.objects.create(owner=owner, name=_("Wish list"))
    return made


def _kept(response: HttpResponse, wishlist: WishList) -> HttpResponse:
    if wishlist.owner_id is None:
        response.set_signed_cookie(
            COOKIE, wishlist.key, salt=SALT, max_age=YEAR, secure=settings.IS_SECURE, httponly=True, samesite="Lax"
        )
    return response


def _answer(request: HttpRequest, pk: int, *, is_listed: bool) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "components/wish_button.html", {"product_id": pk, "is_listed": is_listed})
    return redirect(way_back.of(request, "wishlists:list"))


def _shown(request: HttpRequest, wishlist: WishList | None, *, is_own: bool) -> HttpResponse:
    ids = list(wishlist.lines.order_by("-pk").values_list("product_id", flat=True)) if wishlist else []
    link = request.build_absolute_uri(wishlist.get_shared_url()) if wishlist and wishlist.is_shareable else ""
    context = {
        "wishlist": wishlist,
        "cards": cards.for_products(ids, get_language() or settings.LANGUAGE_CODE),
        "is_own": is_own,
        "link": link,
    }
    return render(request, "storefront/wishlist.html", context)
