"""The address book of an account."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from oscar.apps.address.models import Country, UserAddress

from shop.customers.models import Customer
from shop.storefront import countries
from shop.storefront.account import account_page
from shop.storefront.address_form import AddressForm

MOST = 20


@account_page
def listing(request: HttpRequest, customer: Customer) -> HttpResponse:
    addresses = _own(request).select_related("country").order_by("-is_default_for_shipping", "-pk")
    shown = [{"address": address, "lines": address.active_address_fields()[1:]} for address in addresses]
    return render(request, "storefront/account/address_list.html", {"addresses": shown, "customer": customer})


@account_page
def create(request: HttpRequest, customer: Customer) -> HttpResponse:
    if _own(request).count() >= MOST:
        messages.error(request, _("Your address book is full. Remove one you no longer need."))
        return redirect("customer:address-list")
    return _edited(request, UserAddress(user=request.user), is_new=True)


@account_page
def edit(request: HttpRequest, customer: Customer, pk: int) -> HttpResponse:
    return _edited(request, get_object_or_404(_own(request), pk=pk), is_new=False)


@account_page
def remove(request: HttpRequest, customer: Customer, pk: int) -> HttpResponse:
    if request.method == "POST":
        get_object_or_404(_own(request), pk=pk).delete()
        messages.success(request, _("The address is removed."))
    return redirect("customer:address-list")


@account_page
def use_first(request: HttpRequest, customer: Customer, pk: int) -> HttpResponse:
    """Fill this one in at the next checkout."""
    if request.method == "POST":
        address = get_object_or_404(_own(request), pk=pk)
        address.is_default_for_shipping = True
        address.save()
    return redirect("customer:address-list")


def _own(request: HttpRequest) -> Any:
    return UserAddress.objects.filter(user=request.user)


def _edited(request: HttpRequest, address: Any, *, is_new: bool) -> HttpResponse:
    codes = list(Country.objects.filter(is_shipping_country=True).values_list("iso_3166_1_a2", flat=True))
    typed = request.POST.get("country", "")
    country = typed if typed in codes else address.country_id or countries.remembered(request)
    known = _typed_before(address) | {"country": country}
    form = AddressForm(request.POST or None, initial=known, country=country, country_codes=codes)
    if request.method == "POST" and form.is_valid() and _kept(form, address):
        messages.success(request, _("The address is saved."))
        return redirect("customer:address-list")
    return render(request, "storefront/account/address_form.html", {"form": form, "is_new": is_new})


def _typed_before(address: Any) -> dict[str, str]:
    fields = ("first_name", "last_name", "line1", "line2", "line4", "state", "postcode")
    typed = {name: getattr(address, name) for name in fields}
    return typed | {"phone": str(address.phone_number or "")}


def _kept(form: AddressForm, address: Any) -> bool:
    data = dict(form.cleaned_data)
    address.country_id, address.phone_number = data.pop("country"), data.pop("phone")
    for name, value in data.items():
        setattr(address, name, value)
    try:
        address.full_clean(exclude=["user", "hash"])
        with transaction.atomic():
            address.save()
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    except IntegrityError:  # the same form sent twice at once; Oscar's check saw neither
        pass
    return True
