"""SKU, prices and stock of one thing that is sold, as fields of a form about the thing."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from shop import languages
from shop.content import identity
from shop.forks import money
from shop.forks.catalogue.models import Product
from shop.forks.partner.models import Partner, StockRecord

PRICES = ("price", "compare_at_price", "cost_price")
FIELDS = ("sku", *PRICES, "num_in_stock", "expected_on")
MOST_UNITS = 10_000_000


def _price(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=0,
        max_digits=11,
        decimal_places=money.places(settings.OSCAR_DEFAULT_CURRENCY),
        widget=widgets.UnfoldAdminDecimalFieldWidget(attrs={"class": "desk-amount"}),
        help_text=help_text,
    )


class SellingForm(languages.TextsForm):
    """A product form with what its first stock record says. Units reserved by orders are never written."""

    sku = forms.CharField(
        label=_("SKU"), max_length=128, widget=widgets.UnfoldAdminTextInputWidget(attrs={"class": "desk-sku"})
    )
    price = _price(_("price"), required=True)
    compare_at_price = _price(_("old price"), help_text=_("Crossed out beside the price."))
    cost_price = _price(_("cost"), help_text=_("Never shown to shoppers."))
    num_in_stock = forms.IntegerField(
        label=_("in stock"),
        min_value=0,
        max_value=MOST_UNITS,
        # The number that was on the screen comes back too: what is written is the difference, so that units sold
        # while the form was open stay sold.
        show_hidden_initial=True,
        widget=widgets.UnfoldAdminIntegerFieldWidget(attrs={"class": "desk-units"}),
        help_text=_("With those reserved by orders."),
    )

    expected_on = forms.DateField(
        label=_("back in stock about"),
        required=False,
        widget=widgets.UnfoldAdminTextInputWidget(attrs={"type": "date", "class": "desk-units"}),
        help_text=_("Shown while it is sold out, until that day."),
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record_of(self.instance) or StockRecord(num_in_stock=0)
        own = {"sku": self.record.partner_sku, "num_in_stock": self.record.num_in_stock or 0}
        own |= {name: getattr(self.record, name) for name in PRICES}
        own["expected_on"] = self.record.coming_on
        self.initial = {**own, **self.initial}

    def clean_sku(self) -> str:
        sku: str = self.cleaned_data["sku"].strip()
        taken = StockRecord.objects.filter(partner_sku__iexact=sku).exclude(pk=self.record.pk).select_related("product").first()
        if taken:
            raise forms.ValidationError(gettext("“%(title)s” has this SKU already.") % {"title": taken.product.get_title()})
        return sku

    def clean_expected_on(self) -> Any:
        day = self.cleaned_data["expected_on"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(gettext("That day has passed."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        price, old = cleaned.get("price"), cleaned.get("compare_at_price")
        if price is not None and old is not None and old <= price:
            self.add_error("compare_at_price", gettext("The old price has to be above the price."))
        units = cleaned.get("num_in_stock")
        if units is not None and (self.record.num_in_stock or 0) + self._difference(units) < (self.record.num_allocated or 0):
            text = gettext("Orders have reserved %(count)s of them: it cannot be fewer.")
            self.add_error("num_in_stock", text % {"count": self.record.num_allocated})
        return cleaned

    def _difference(self, units: int) -> int:
        """Units more or fewer than the form showed when it was opened."""
        if self.record.pk is None:
            return units
        shown = self.fields["num_in_stock"].clean(self.data.get(self.add_initial_prefix("num_in_stock"), 0)) or 0
        return units - int(shown)

    def save_record(self, product: Product) -> None:
        """Write the stock record of a saved product: columns that changed, and stock as a difference."""
        record, difference = self.record, self._difference(self.cleaned_data["num_in_stock"])
        record.partner_sku = self.cleaned_data["sku"]
        for name in PRICES:
            setattr(record, name, self.cleaned_data[name])
        record.expected_on = self.cleaned_data["expected_on"]
        if record.pk is None:
            record.product, record.partner, record.num_in_stock, difference = product, house(), difference, 0
        record.save()
        if difference:
            StockRecord.objects.restock({record.pk: difference})


def record_of(product: Product) -> StockRecord | None:
    """What the shop sells of a product: its first stock record, as in `shop.forks.partner.strategy`."""
    return min(product.stockrecords.all(), key=lambda record: record.pk, default=None) if product.pk else None


def house() -> Partner:
    """The supplier of everything that is not imported with another: the shop itself."""
    return Partner.objects.order_by("pk").first() or Partner.objects.create(name=identity.shop().name)


def margin_of(record: StockRecord | None) -> str:
    """What stays of the price after the cost, in per cent; empty where one of them is unknown."""
    if record is None or not record.price or record.cost_price is None:
        return ""
    return f"{(record.price - record.cost_price) / record.price * Decimal(100):.0f} %"
