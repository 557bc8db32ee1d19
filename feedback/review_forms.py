"""The form for everything in an order: stars and words for each thing, one name under all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback import requests
from feedback.models import ReviewRequest
from shop.forks.order.models import Line
from shop.forks.reviews.models import ProductReview
from shop.forks.reviews.photo_fields import WithPhotos
from shop.orders import showing
from shop.orders.showing import Face

MOST_PHOTOS = 12  # in one go: each is made anew while the sender waits
STARS = [str(stars) for stars in range(1, 6)]


class ReviewForm(forms.ModelForm, WithPhotos):  # type: ignore[type-arg]
    """Of one thing. Without stars nothing is said of it."""

    score = forms.TypedChoiceField(
        label=_("Your rating"), required=False, coerce=int, empty_value=None,
        choices=[(stars, stars) for stars in reversed(STARS)], widget=forms.RadioSelect,
    )  # fmt: skip
    body = forms.CharField(
        label=_("What should others know?"), required=False, max_length=5000, widget=forms.Textarea({"rows": 3})
    )  # fmt: skip

    class Meta:
        model = ProductReview
        fields = ("score", "body")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.know_photos(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_photos()
        if (cleaned.get("body") or cleaned.get("photos")) and not cleaned.get("score") and "score" not in self.errors:
            self.add_error("score", _("Choose from one to five stars."))
        return cleaned

    def _post_clean(self) -> None:
        """A thing without stars is not a review that could be wrong."""
        if self.is_given:
            super()._post_clean()  # type: ignore[misc]

    @property
    def is_given(self) -> bool:
        return bool(self.cleaned_data.get("score"))


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Your name as others see it"), max_length=60, widget=forms.TextInput({"autocomplete": "given-name"})
    )  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One thing of the order on the page."""

    line: Line
    face: Face
    form: ReviewForm
    is_known: bool


def has_too_many_photos(files: Any) -> bool:
    return sum(len(files.getlist(name)) for name in files) > MOST_PHOTOS


def parts_of(asked: ReviewRequest, data: Any, files: Any, chosen: Mapping[str, str]) -> list[Part]:
    """The forms in the order of the lines. `chosen`: the line and the stars that were clicked in the mail."""
    lines = requests.lines_of(asked.order)
    faces = showing.faces_of([line.product for line in lines])
    products = [requests.whole(line).pk for line in lines]
    said = ProductReview.objects.filter(customer=asked.customer, product__in=products)
    known = {one.product_id: one for one in said.prefetch_related("photos")}
    return [_part(line, faces[line.product_id], known.get(requests.whole(line).pk), data, files, chosen) for line in lines]


def _part(line: Line, face: Face, known: ProductReview | None, data: Any, files: Any, chosen: Mapping[str, str]) -> Part:
    initial = {}
    if chosen.get("line") == str(line.pk) and chosen.get("stars") in STARS:
        initial["score"] = chosen["stars"]
    form = ReviewForm(data, files, prefix=f"line-{line.pk}", instance=known or ProductReview(), initial=initial)
    return Part(line, face, form, known is not None)
