"""The one form of the checkout. It checks what was typed; whether that is true, `placing.place` checks."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shop.storefront.address_form import AddressForm

# Kept with the consent, in the language in which they were read.
REMIND_ME = gettext_noop("Remind me by e-mail if I leave this basket behind")
ASKED_LATER = gettext_noop("After delivery we ask you once how it was. You can say no at any time.")


class CheckoutForm(AddressForm):
    """E-mail, address, delivery and payment. Takes what the shop can do now: countries, delivery options, ways to pay."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("For the order confirmation and the tracking link."),
        widget=forms.EmailInput(
            {"autocomplete": "email", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    wants_news = forms.BooleanField(label=_("Write to me about new things and offers, about twice a month"), required=False)
    wants_reminder = forms.BooleanField(label=_(REMIND_ME), required=False)
    shipping = forms.ChoiceField(
        label=_("Delivery"), error_messages={"invalid_choice": _("This delivery is not possible here. Please choose again.")}
    )
    payment = forms.ChoiceField(
        label=_("Payment"), error_messages={"invalid_choice": _("This way to pay is not possible here. Please choose again.")}
    )
    note = forms.CharField(
        label=_("Note for us or the courier"), required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )

    field_order = ["email", "wants_news", "wants_reminder"]
    asked_later = _(ASKED_LATER)

    def __init__(
        self,
        *args: object,
        country: str,
        country_codes: list[str],
        shipping_codes: Iterable[str],
        payment_codes: Iterable[str],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, country=country, country_codes=country_codes, **kwargs)
        self._choices("shipping", [(code, code) for code in shipping_codes])
        self._choices("payment", [(code, code) for code in payment_codes])
