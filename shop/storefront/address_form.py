"""The fields of a postal address, as few as its country needs."""

import re
import unicodedata

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shop.orders.showing import country_name
from shop.storefront import countries

# Marks that turn the writing direction around have no place in an address and can disguise one.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Line(forms.CharField):
    """One line of text: blanks and invisible marks tidied, never longer than a label."""

    def __init__(self, *, label: object, autocomplete: str, max_length: int = 120, **more: object) -> None:
        attrs = {"autocomplete": autocomplete, **more.pop("attrs", {})}  # type: ignore[dict-item]
        super().__init__(label=label, max_length=max_length, widget=forms.TextInput(attrs), **more)  # type: ignore[arg-type]

    def to_python(self, value: object) -> str:
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", super().to_python(value) or ""))
        return " ".join(text.split())


class AddressForm(forms.Form):
    """Who and where. Takes the country whose rules hold and the countries to choose from."""

    country = forms.ChoiceField(label=_("Country"), widget=forms.Select({"autocomplete": "shipping country"}))
    first_name = Line(label=_("First name"), autocomplete="shipping given-name")
    last_name = Line(label=_("Last name"), autocomplete="shipping family-name")
    line1 = Line(label=_("Street and house number"), autocomplete="shipping address-line1")
    line2 = Line(label=_("Flat, entrance, company"), autocomplete="shipping address-line2", required=False)
    postcode = Line(
        label=_("Postcode"), autocomplete="shipping postal-code", max_length=16, attrs={"autocapitalize": "characters"}
    )
    line4 = Line(label=_("Town or city"), autocomplete="shipping address-level2")
    state = Line(label=_("State"), autocomplete="shipping address-level1")
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=32,
        help_text=_("Only for the courier."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "shipping tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: object, country: str, country_codes: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.rules = countries.rules_of(country)
        self._choices("country", countries.choices(country_codes))
        self._fit_to_country()

    def clean_postcode(self) -> str:
        typed = str(self.cleaned_data["postcode"])
        if not typed:
            return ""
        postcode = self.rules.postcode(typed)
        if postcode is None:
            raise ValidationError(
                _("This is not a postcode of %(country)s. It looks like %(example)s.")
                if self.rules.example
                else _("This is not a postcode of %(country)s."),
                params={"country": country_name(self.rules.code), "example": self.rules.example},
            )
        return postcode

    def clean_phone(self) -> str:
        """The number in international writing, as a courier's system takes it."""
        typed = str(self.cleaned_data["phone"]).strip()
        if not typed:
            return ""
        try:
            number = phonenumbers.parse(typed, self.rules.code)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError(_("This does not look like a phone number. Leave it empty if you like."))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _fit_to_country(self) -> None:
        """Only the fields that an address there has."""
        if self.rules.state:
            self.fields["state"].label = str(self.rules.state)
        else:
            del self.fields["state"]
        if not self.rules.has_postcode:
            del self.fields["postcode"]
            return
        postcode = self.fields["postcode"]
        postcode.required = self.rules.needs_postcode
        if self.rules.example.isdigit():
            postcode.widget.attrs["inputmode"] = "numeric"
