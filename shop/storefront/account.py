"""The account: orders, addresses, messages, consents, the profile. Nobody sees anybody else's."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shop.customers import identity, privacy
from shop.customers.models import Consent, Customer
from shop.forks.order.models import Order
from shop.mail.models import Message
from shop.pricing import personal
from shop.storefront import wishlists
from shop.storefront.account_forms import EraseForm, ProfileForm
from shop.storefront.mail_choices import ChoicesForm

View = Callable[..., HttpResponse]

PER_PAGE = 12


def account_page(view: View) -> View:
    """For people who are logged in; the view gets the person. Nothing of it stays in a shared browser's cache."""

    @never_cache
    @login_required
    @wraps(view)
    def page(request: HttpRequest, **captured: Any) -> HttpResponse:
        customer = identity.of(request)
        assert customer is not None
        return view(request, customer=customer, **captured)

    return cast(View, page)


def orders_of(request: HttpRequest, customer: Customer) -> QuerySet[Order]:
    """The orders this account may see: those placed with it, and all of the person once the address is shown to be theirs."""
    orders = Order.objects.order_by("-date_placed")
    return orders.filter(customer=customer) if identity.proven(request) else orders.filter(user=request.user)


@account_page
def summary(request: HttpRequest, customer: Customer) -> HttpResponse:
    context = {
        "customer": customer,
        "orders": orders_of(request, customer).prefetch_related("lines")[:3],
        "wish_count": len(wishlists.product_ids(request)),
        "is_proven": identity.proven(request) is not None,
        "vouchers": personal.of(customer) if identity.proven(request) else [],
    }
    return render(request, "storefront/account/summary.html", context)


@account_page
def orders(request: HttpRequest, customer: Customer) -> HttpResponse:
    page = Paginator(orders_of(request, customer).prefetch_related("lines"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "storefront/account/orders.html", {"page": page, "customer": customer})


@account_page
def order(request: HttpRequest, customer: Customer, order_number: str) -> HttpResponse:
    """One's own order; the page itself is the one that a guest reaches by its link."""
    found = get_object_or_404(orders_of(request, customer), number=order_number)
    return redirect("customer:anon-order", token=found.token)


@account_page
def sent_messages(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Every mail the shop sent to this person, to read again."""
    if identity.proven(request) is None:
        return render(request, "storefront/account/messages.html", {"page": None, "customer": customer})
    shown = Message.objects.filter(customer=customer).exclude(state=Message.State.WITHHELD).order_by("-created_at")
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "storefront/account/messages.html", {"page": page, "customer": customer})


@account_page
def preferences(request: HttpRequest, customer: Customer) -> HttpResponse:
    """What we may write about, how often and in which language; each change of a topic is a row."""
    form = ChoicesForm(request.POST if request.method == "POST" else None, customer=customer)
    if form.is_bound and form.is_valid():
        confirmed_at = customer.email_confirmed_at if identity.proven(request) else None
        is_asked = form.keep(source=Consent.Source.ACCOUNT, confirmed_at=confirmed_at)
        messages.success(request, _("Your choice is saved."))
        if is_asked:
            messages.info(request, _("Please confirm it with the link in the mail we have just sent you."))
        return redirect("customer:preferences")
    return render(request, "storefront/account/preferences.html", {"form": form, "customer": customer})


@account_page
def profile(request: HttpRequest, customer: Customer) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=customer)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your details are saved."))
        return redirect("customer:profile-view")
    return render(request, "storefront/account/profile.html", {"form": form, "customer": customer})


@account_page
def export(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Everything the shop holds about the person, as a file."""
    if identity.proven(request) is None:
        raise Http404
    answer = JsonResponse(privacy.export(customer), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@account_page
def erase(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Close the account and forget the person; orders stay as far as the law asks."""
    if identity.proven(request) is None:
        raise Http404  # an address that is only claimed may be somebody else's
    form = EraseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            privacy.erase(customer)
        except privacy.CannotErase as error:
            messages.error(request, str(error))
            return redirect("customer:profile-view")
        logout(request)
        messages.success(request, _("Your account and your details are gone."))
        return redirect("home")
    return render(request, "storefront/account/erase.html", {"form": form, "customer": customer})
