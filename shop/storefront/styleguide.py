"""Every component at once, to look at; only in a demo or while developing."""

from dataclasses import dataclass, field
from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shop.forks.catalogue.pictures import GROUNDS


@dataclass(frozen=True)
class SampleCard:
    """Looks like a card of a list."""

    title: str
    price: Decimal
    product_id: int = 0
    summary: str = "Malty, honeyed and dark: the morning tea that stands up to milk."
    url: str = "#"
    picture: None = None
    price_is_from: bool = False
    compare_at: Decimal | None = None
    currency: str = "EUR"
    rating: float | None = 4.4
    review_count: int = 12
    availability: str = "in_stock"
    units_left: int | None = None
    badges: list[str] = field(default_factory=list)


class SampleForm(forms.Form):
    name = forms.CharField(label="Name")
    email = forms.EmailField(label="E-mail", help_text="For the receipt and nothing else.")
    country = forms.ChoiceField(label="Country", choices=[("MD", "Moldova"), ("RO", "Romania"), ("UA", "Ukraine")])
    delivery = forms.ChoiceField(
        label="Delivery", widget=forms.RadioSelect, choices=[("post", "Post, 2 to 4 days"), ("courier", "Courier, tomorrow")]
    )
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    news = forms.BooleanField(label="Write to me when there is something new", required=False)


@dataclass(frozen=True)
class Step:
    label: str
    state: str
    note: str = ""


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    wrong = SampleForm({"email": "ana@", "country": "MD"})
    wrong.is_valid()
    cards = [
        SampleCard("Assam Golden Tips", Decimal("4.90"), price_is_from=True, badges=["New"]),
        SampleCard("Acacia honey", Decimal("7.50"), compare_at=Decimal("9.00"), availability="low", units_left=3),
        SampleCard("Stoneware teapot", Decimal("38"), rating=None, availability="out"),
        SampleCard("A very long name that has to be told in more than one line of text", Decimal("1234.5"), summary=""),
    ]
    steps = [
        Step("Placed", "done", "12 May"),
        Step("Paid", "done", "12 May"),
        Step("Packed", "current"),
        Step("Delivered", "ahead"),
    ]
    context = {
        "cards": cards, "form": SampleForm(), "wrong": wrong, "steps": steps, "grounds": GROUNDS,
        "near": [1, None, 4, 5, 6, None, 12], "trail": [{"name": "Tea", "url": "#"}, {"name": "Black tea", "url": "#"}],
    }  # fmt: skip
    return render(request, "storefront/styleguide.html", context)
