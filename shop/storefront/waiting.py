"""Waiting for what is sold out: who wants to hear of it, and whose turn it is when units are back."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shop.customers import consent, identity, zones
from shop.customers.models import Consent, Customer
from shop.events.catalog import ProductBackInStock
from shop.events.log import record
from shop.forks.basket.models import units_left
from shop.forks.catalogue.models import Product
from shop.forks.partner.models import StockRecord
from shop.forks.races import is_guarded, racepoint
from shop.storefront import limits
from shop.storefront.models import StockRequest
from shop.storefront.shopping import ShopRequest

TELL_ME = gettext_lazy("Write to me once when it is back")
FOR_EACH_UNIT = 3  # people told for each unit: not everybody who waits still wants it
NEXT_WAVE = timedelta(days=1)  # who was told first has so long before others hear of it


class WaitingForm(forms.Form):
    """The address to write to."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email", "autocapitalize": "none"}),
    )


@require_POST
def ask(request: ShopRequest, pk: int) -> HttpResponse:
    """Note that somebody waits for a product. The answer is the same whether the address is known or not."""
    product = Product.objects.select_related("parent").filter(pk=pk, is_public=True).exclude(structure=Product.PARENT).first()
    if product is None:
        raise Http404
    head = product.parent if product.is_child else product
    back = f"{head.get_absolute_url()}?variant={product.pk}" if product.is_child else head.get_absolute_url()
    form = WaitingForm(request.POST)
    proven = identity.proven(request)
    if proven is None and not form.is_valid():
        context = {"form": form, "product": product, "back": back}
        return render(request, "storefront/product/waiting.html", context, status=422)
    if limits.is_spent("waiting", limits.address_of(request), tries=20, seconds=3600):
        messages.error(request, _("These were many requests in a short time. Please try again in an hour."))
        return redirect(back)
    customer = proven or Customer.objects.for_email(form.cleaned_data["email"])
    zones.fill_in(customer, request.POST.get("time_zone", ""))
    wait_for(product, customer, language=get_language() or "", ip=limits.address_of(request))
    messages.success(request, _("We will write to you as soon as “%(title)s” is back.") % {"title": product.get_title()})
    return redirect(back)


@transaction.atomic
def wait_for(product: Product, customer: Customer, *, language: str = "", ip: str | None = None) -> None:
    """Note the wish, and that the person agreed to be written to about it. Asking twice is asking once."""
    if language and not customer.language:
        Customer.objects.filter(pk=customer.pk, language="").update(language=language)
    if not consent.is_given(customer, Consent.Topic.STOCK):
        consent.give(customer, Consent.Topic.STOCK, source=Consent.Source.FORM, wording=str(TELL_ME), ip=ip)
    StockRequest.objects.bulk_create([StockRequest(customer=customer, product=product)], ignore_conflicts=True)


def tell(now: datetime) -> int:
    """Record `ProductBackInStock` for those whose turn it is; return how many.

    In waves: three people for each unit, the longest waiting first, more a day later if units are left. Who waits in vain
    would come to an empty shelf once more.
    """
    waited_for = StockRequest.objects.filter(told_at=None).values_list("product_id", flat=True).distinct()
    return sum(_tell_of(product_id, now) for product_id in list(waited_for))


@transaction.atomic
def _tell_of(product_id: int, now: datetime) -> int:
    # The product's stock record is the lock: two workers would tell twice as many.
    records = StockRecord.objects.filter(product=product_id).order_by("pk")
    if is_guarded("waiting"):
        records = records.select_for_update(of=("self",), skip_locked=True)
    record_ = records.select_related("product__product_class", "product__parent__product_class").first()
    if record_ is None or record_.price is None or not _is_sold(record_.product):
        return 0
    units = units_left(record_)
    requests = StockRequest.objects.filter(product=product_id)
    # Who has said stop since keeps no place in a wave that nobody would hear of.
    agreeing = Customer.objects.agreeing_to(Consent.Topic.STOCK).values("pk")
    waiting = requests.filter(told_at=None, customer__in=agreeing).order_by("asked_at", "pk").select_related("customer")
    if units is not None:
        told = requests.filter(told_at__gt=now - NEXT_WAVE).count()
        waiting = waiting[: max(units * FOR_EACH_UNIT - told, 0)]
    turn = list(waiting)
    racepoint("waiting.chosen")
    StockRequest.objects.filter(pk__in=[one.pk for one in turn]).update(told_at=now)
    for one in turn:
        event = ProductBackInStock(product_id=product_id, request_id=one.pk, units=-1 if units is None else units)
        record(event, customer=one.customer)
    return len(turn)


def _is_sold(product: Product) -> bool:
    return bool(product.is_public and (not product.is_child or product.parent.is_public))
