"""Photos in the forms of reviews: several files in one field, and boxes to take away what was sent before."""

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.forks.reviews import photos
from shop.forks.reviews.models import ProductReview


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PhotosField(forms.FileField):
    """Cleans to a list of pictures that are fit to be kept (`photos.cleaned`)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=Files({"accept": photos.ACCEPT, "multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> "list[ContentFile[bytes]]":
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > photos.MOST:
            raise forms.ValidationError(_("At most four photos, please."))
        return [photos.cleaned(file) for file in files if file]


class WithPhotos(forms.Form):
    """To be mixed into a model form of reviews; after `is_valid()` call `keep_photos()` once the review is saved."""

    photos = PhotosField(
        label=_("Photos"), help_text=_("Up to four, JPEG, PNG or WebP. Where and when they were taken is removed.")
    )  # fmt: skip
    without = forms.TypedMultipleChoiceField(
        label=_("Take away"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip

    def know_photos(self, review: ProductReview) -> None:
        """What was sent before can be taken away."""
        known = list(review.photos.all()) if review.pk else []
        self.known_photos = known
        choices = [(str(photo.pk), gettext("Photo %(number)d") % {"number": n}) for n, photo in enumerate(known, 1)]
        if choices:
            self.fields["without"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["without"]

    @property
    def are_shown(self) -> bool:
        """Whether the shop shows them already: before that, nobody is told where the files lie."""
        return bool(self.known_photos and self.known_photos[0].review.status == ProductReview.APPROVED)

    def check_photos(self) -> None:
        """Four in all, with those that stay."""
        added, gone = self.cleaned_data.get("photos") or [], self.cleaned_data.get("without") or []
        if len(self.known_photos) - len(gone) + len(added) > photos.MOST:
            self.add_error("photos", _("At most four photos, please."))

    def keep_photos(self, review: ProductReview) -> None:
        photos.change(review, self.cleaned_data.get("photos") or [], self.cleaned_data.get("without") or [])
