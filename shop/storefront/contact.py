"""The contact form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shop.content import enquiries
from shop.content.models import CONTACT, Page
from shop.storefront import limits
from shop.storefront.shopping import ShopRequest


class EnquiryForm(forms.Form):
    """Name, address and a message. `website` is a bait: people do not see it, robots fill it in."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email"}),
    )
    order_number = forms.CharField(
        label=gettext_lazy("Order number"), max_length=40, required=False, help_text=gettext_lazy("If it is about an order.")
    )
    text = forms.CharField(label=gettext_lazy("Message"), max_length=5000, widget=forms.Textarea({"rows": 7}))
    website = forms.CharField(required=False, widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}))

    @property
    def is_from_a_robot(self) -> bool:
        return bool(self.cleaned_data["website"])

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "email", "order_number", "text")}


def contact(request: ShopRequest) -> HttpResponse:
    """What is written becomes a row and a mail to the shop; five messages an hour from one place."""
    form = EnquiryForm(request.POST or None, initial=_known_of(request))
    if request.method == "POST" and form.is_valid():
        if form.is_from_a_robot:
            return redirect("contact")
        if limits.is_spent("contact", limits.address_of(request), tries=5, seconds=3600):
            form.add_error(
                None, _("These were many messages in a short time. Please write again in an hour, or send us an e-mail.")
            )
        else:
            enquiries.receive(**form.words(), language=get_language() or "")
            messages.success(request, _("Thank you. We have your message and answer within two working days."))
            return redirect("contact")
    words = Page.objects.published().filter(slug=CONTACT).first()
    return render(request, "storefront/contact.html", {"form": form, "words": words}, status=422 if form.errors else 200)


def _known_of(request: ShopRequest) -> dict[str, str]:
    user = request.user
    return {"email": user.email, "name": user.get_full_name()} if user.is_authenticated else {}
