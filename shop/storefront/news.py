"""Subscribing to the shop's news, and choosing what it writes about without an account.

Whoever types an address gets one answer, whether the shop knows it or not, and the mailbox itself decides.
"""

import uuid

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from shop.customers import consent, zones
from shop.customers.models import Consent, Customer, normalised
from shop.events.catalog import PreferenceLinkAsked
from shop.events.log import record
from shop.mail import preferring
from shop.storefront import limits
from shop.storefront.mail_choices import ChoicesForm
from shop.storefront.shopping import ShopRequest

WORDING = gettext_lazy("Tell me by e-mail about new things and offers. I can stop it at any time.")


class AddressForm(forms.Form):
    """An address. `website` is a bait: people do not see it, robots fill it in."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email"}),
    )
    website = forms.CharField(required=False, widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}))


@csrf_exempt  # stands in the foot of pages that are the same for everybody; the mailbox has to say yes anyway
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: ShopRequest) -> HttpResponse:
    """The form on a page of its own; the one in the foot of each page comes here too."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if _is_too_much(request, form, "subscribe"):
            return _form_page(request, "subscribe", form, 429)
        if not form.cleaned_data["website"]:
            zone = request.POST.get("time_zone", "")
            _subscribe(form.cleaned_data["email"], limits.address_of(request), zone)
        return redirect("news:asked")
    return _form_page(request, "subscribe", form, 422 if form.errors else 200)


@require_safe
def asked(request: ShopRequest) -> HttpResponse:
    """Look into your mailbox: the same for everybody."""
    return render(request, "storefront/news/asked.html")


@csrf_exempt  # as above: nothing but a mail to the address itself can come of it
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: ShopRequest) -> HttpResponse:
    """Ask for the link to one's own choices."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if _is_too_much(request, form, "preferences"):
            return _form_page(request, "link", form, 429)
        if not form.cleaned_data["website"]:
            known = Customer.objects.known().filter(email=normalised(form.cleaned_data["email"])).first()
            with transaction.atomic():
                # Also for a stranger, so that both take the same time; the mail is written later, by a worker.
                record(PreferenceLinkAsked(asked_id=uuid.uuid4().hex), customer=known)
        return redirect("news:asked")
    return _form_page(request, "link", form, 422 if form.errors else 200)


@csrf_exempt  # the token is the proof: a mail program may open the page without cookies
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: ShopRequest, token: str) -> HttpResponse:
    """What this person hears about; changed by the button only, since mail scanners open every link."""
    try:
        customer = preferring.read(token)
    except preferring.BadLink:
        return render(request, "storefront/mail_choice.html", {"step": "bad_link"}, status=404)
    language = request.POST.get("language") or customer.language
    with translation.override(language if language in dict(settings.LANGUAGES) else get_language()):
        form = ChoicesForm(request.POST if request.method == "POST" else None, customer=customer)
        if form.is_bound and form.is_valid():
            form.keep(source=Consent.Source.FORM, confirmed_at=timezone.now(), ip=limits.address_of(request))
            messages.success(request, _("Your choice is saved."))
            return redirect("news:preferences", token=token)
        context = {"form": form, "masked": _masked(customer.email or "")}
        status = 422 if form.errors else 200
        answer = render(request, "storefront/news/preferences.html", context, status=status)
    answer["Referrer-Policy"] = "no-referrer"  # the address of this page opens it
    return answer


def _subscribe(email: str, ip: str, time_zone: str) -> None:
    customer = Customer.objects.for_email(email)
    zones.fill_in(customer, time_zone)
    if not customer.language:
        Customer.objects.filter(pk=customer.pk).update(language=get_language() or "")
    if not consent.is_given(customer, Consent.Topic.NEWS):
        consent.give(customer, Consent.Topic.NEWS, source=Consent.Source.FORM, wording=str(WORDING), ip=ip)


def _is_too_much(request: ShopRequest, form: AddressForm, what: str) -> bool:
    """Ten tries an hour from one place, and five a day for one mailbox, wherever they come from."""
    mailbox = salted_hmac("news.limits", normalised(form.cleaned_data["email"])).hexdigest()
    is_flood = limits.is_spent(what, limits.address_of(request), tries=10, seconds=3600)
    if is_flood or limits.is_spent(f"{what}-mailbox", mailbox, tries=5, seconds=86400):
        form.add_error(None, _("These were many tries in a short time. Please come back in an hour."))
        return True
    return False


def _form_page(request: ShopRequest, name: str, form: AddressForm, status: int) -> HttpResponse:
    return render(request, f"storefront/news/{name}.html", {"form": form, "wording": WORDING}, status=status)


def _masked(email: str) -> str:
    """Enough to know one's own mailbox by: links get forwarded."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"
