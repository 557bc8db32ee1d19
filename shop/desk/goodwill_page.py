"""Giving a customer something: the panel of the customer page and the form behind it. The voucher is the shop's own gift."""

import uuid
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from shop.customers import panels
from shop.customers.models import Customer, User
from shop.desk import goodwill
from shop.forks import money
from shop.pricing import personal

DAYS = 90  # how long a voucher given by staff is good


@goodwill.offers(
    "voucher",
    _("Voucher"),
    unit=settings.OSCAR_DEFAULT_CURRENCY,
    permission="voucher.add_voucher",
    limits={"support": 20, "merchant": 100},
    decimals=money.places(settings.OSCAR_DEFAULT_CURRENCY),
)
def give_voucher(customer: Customer, amount: Decimal, *, by: User, reason: str, cause: str) -> None:
    """An amount off the next order, for this person only."""
    with translation.override(customer.language or settings.LANGUAGE_CODE):
        name = gettext("With our thanks")
    personal.issue(customer, kind=personal.AMOUNT, value=amount, days=DAYS, cause=cause, name=name)


@panels.show("goodwill", _("Making good"), template="desk/_goodwill.html", order=40, permission="customers.change_customer")
def _panel(customer: Customer) -> dict[str, Any] | None:
    if customer.erased_at:
        return None
    return {"gifts": goodwill.given_to(customer), "vouchers": personal.of(customer)}


class GoodwillForm(forms.Form):
    """What, how much and why. `cause` makes a double click one gift."""

    what = forms.ChoiceField(label=_("what"), widget=widgets.UnfoldAdminSelectWidget())
    amount = forms.DecimalField(
        label=_("how much"), min_value=0, max_digits=10, decimal_places=3, widget=widgets.UnfoldAdminDecimalFieldWidget()
    )
    reason = forms.CharField(
        label=_("why"),
        max_length=500,
        widget=widgets.UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("For colleagues: the customer does not read it."),
    )
    cause = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, data: Any = None, *, customer: Customer, staff: User) -> None:
        super().__init__(data)
        self.kinds = {kind.key: kind for kind in goodwill.open_to(staff)}
        choices = [(kind.key, _named(kind, goodwill.left_of(kind, staff, customer))) for kind in self.kinds.values()]
        cast(forms.ChoiceField, self.fields["what"]).choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, amount = self.kinds.get(cleaned.get("what", "")), cleaned.get("amount")
        if kind and amount is not None and amount != round(amount, kind.decimals):
            self.add_error("amount", gettext("This comes in whole units only.") if not kind.decimals else
                           gettext("At most %(count)s digits after the point.") % {"count": kind.decimals})  # fmt: skip
        return cleaned


def give(request: HttpRequest, pk: int) -> HttpResponse:
    """The form on GET, the gift on POST; back to where one came from."""
    staff = cast("User", request.user)
    if not goodwill.open_to(staff) or not staff.has_perm("customers.view_customer"):
        raise PermissionDenied
    customer = get_object_or_404(Customer.objects.known(), pk=pk)
    back = _way_back(request, customer)
    form = GoodwillForm(request.POST if request.method == "POST" else None, customer=customer, staff=staff)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            goodwill.hand_out(
                typed["what"], customer, typed["amount"], by=staff, reason=typed["reason"], cause=str(typed["cause"])
            )
        except goodwill.Refused as error:
            form.add_error("amount", str(error))
        else:
            messages.success(request, gettext("Given, and written down."))
            return HttpResponseRedirect(back)
    context = {
        **admin.site.each_context(request),
        "title": gettext("Give %(customer)s something") % {"customer": customer},
        "customer": customer,
        "form": form,
        "gifts": goodwill.given_to(customer),
        "back": back,
    }
    return TemplateResponse(request, "desk/goodwill.html", context)


def _named(kind: goodwill.Kind, left: Decimal | None) -> str:
    unit = f"{kind.label}, {kind.unit}" if kind.unit else str(kind.label)
    return unit if left is None else gettext("%(what)s (at most %(left)s)") % {"what": unit, "left": f"{left.normalize():f}"}


def _way_back(request: HttpRequest, customer: Customer) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(asked, {request.get_host()}):
        return asked
    return reverse("admin:customers_customer_change", args=[customer.pk])
