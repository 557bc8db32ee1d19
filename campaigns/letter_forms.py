"""The forms in which a letter is written: one for its head, one for each block, always in one language."""

from decimal import Decimal
from io import BytesIO
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from unfold import widgets

from campaigns.letters import blocks, goods
from campaigns.letters.blocks import Block
from campaigns.models import Picture
from shop.content.editor import Editor
from shop.forks.catalogue import pictures
from shop.forks.catalogue.models import Category
from shop.pricing import personal

WIDEST = 1200  # pixels kept of a picture: twice what a mail shows, for sharp screens
LARGEST = 12 * 1024 * 1024  # bytes of an upload
QUALITY = 84
MOST_PRODUCTS = 12


def _line(label: Any, help_text: Any = "", *, required: bool = False, longest: int = 200) -> forms.CharField:
    widget = widgets.UnfoldAdminTextInputWidget()
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=longest, widget=widget)


def _number(label: Any, low: int, high: int, help_text: Any = "") -> forms.IntegerField:
    bounds = [MinValueValidator(low), MaxValueValidator(high)]
    return forms.IntegerField(
        label=label, help_text=help_text, validators=bounds, widget=widgets.UnfoldAdminIntegerFieldWidget()
    )


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices), widget=widgets.UnfoldAdminSelectWidget())


class HeadForm(forms.Form):
    """What a letter is called, and what a mailbox shows of it before it is opened."""

    name = _line(_("name"), _("For you; customers never see it."), required=True, longest=120)
    subject = _line(_("subject"), _("Short: a phone shows about 35 characters."))
    preheader = _line(_("preview line"), _("What mailboxes show beside the subject."))


class BlockForm(forms.Form):
    """One block in one language: fields of `Kind.texts` are texts, the others settings."""

    def __init__(self, block: Block, language: str, data: Any = None, files: Any = None) -> None:
        self.block, self.language = block, language
        self.sort = blocks.KINDS[block["kind"]]
        initial = {**block["settings"], **blocks.texts_of(block, language)}
        super().__init__(data, files, prefix=f"b-{block['id']}", initial=initial)

    def written(self) -> Block:
        """The block as it was filled in."""
        texts = {name: self.cleaned_data.get(name, "") for name in self.sort.texts}
        chosen = {name: value for name, value in self.cleaned_data.items() if name not in texts}
        by_language = {code: words for code, words in self.block["texts"].items() if code != self.language}
        if any(texts.values()):
            by_language[self.language] = texts
        return {**self.block, "settings": {**self.block["settings"], **self._kept(chosen)}, "texts": by_language}

    def _kept(self, chosen: dict[str, Any]) -> dict[str, Any]:
        return chosen


class TextForm(BlockForm):
    html = forms.CharField(label=_("text"), required=False, widget=Editor(), max_length=20_000)


class PictureForm(BlockForm):
    file = forms.ImageField(label=_("picture"), required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))
    alt = _line(_("what it shows"), _("For those who do not see it: many mailboxes hide pictures at first."))
    url = _line(_("leads to"), _("A page of the shop, such as /search/, or a whole address."), longest=500)

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if file and file.size > LARGEST:
            raise forms.ValidationError(_("The picture is larger than 12 MB."))
        if file:
            pictures.is_picture(file)
        return file

    def _kept(self, chosen: dict[str, Any]) -> dict[str, Any]:
        file = chosen.pop("file", None)
        return {**chosen, "picture": picture_of(file).pk} if file else chosen

    @property
    def picture(self) -> Picture | None:
        return Picture.objects.filter(pk=self.block["settings"].get("picture") or 0).first()


class ButtonForm(BlockForm):
    label = _line(_("words"), longest=60)
    to = _choice(_("leads to"), [(blocks.ADDRESS, _("an address")), (blocks.CAUSE, _("what an automation is about"))])
    url = _line(_("address"), _("A page of the shop, such as /search/, or a whole address."), longest=500)


class ProductsForm(BlockForm):
    heading = _line(_("heading"))
    rule = _choice(_("which"), goods.RULES.items())
    count = _number(_("how many"), 1, MOST_PRODUCTS)
    category = forms.TypedChoiceField(
        label=_("category"), required=False, coerce=int, empty_value=None, widget=widgets.UnfoldAdminSelectWidget()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Category.objects.order_by("path").only("pk", "name", "depth")
        field = self.fields["category"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", "–"), *((row.pk, f"{'– ' * (row.depth - 1)}{row.name}") for row in rows)]


class VoucherForm(BlockForm):
    heading = _line(_("heading"), _("Such as “A present for you”."))
    words = _line(_("words"))
    kind = _choice(
        _("gives"),
        [
            (personal.PERCENT, _("per cent off")),
            (personal.AMOUNT, _("an amount off")),
            (personal.FREE_SHIPPING, _("free delivery")),
        ],
    )
    value = forms.DecimalField(
        label=_("how much"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        widget=widgets.UnfoldAdminDecimalFieldWidget(),
    )
    days = _number(_("good for, days"), 1, 366)
    min_total = forms.DecimalField(
        label=_("for baskets from"),
        required=False,
        min_value=Decimal(0),
        max_digits=9,
        decimal_places=2,
        widget=widgets.UnfoldAdminDecimalFieldWidget(),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        kind, value = said.get("kind"), said.get("value")
        if kind != personal.FREE_SHIPPING and not value and "value" not in self.errors:
            self.add_error("value", _("Say how much it gives."))
        if kind == personal.PERCENT and value and value > 100:
            self.add_error("value", _("At most 100 per cent."))
        return said

    def _kept(self, chosen: dict[str, Any]) -> dict[str, Any]:
        return {
            **chosen,
            "value": str(chosen["value"] or 0),
            "min_total": str(chosen["min_total"]) if chosen["min_total"] else None,
        }


class PointsForm(BlockForm):
    words = _line(_("words"), _("Such as: You have {{ points | 0 }} points."))
    at_least = _number(_("shown from, points"), 0, 1_000_000, _("Who has fewer does not see the block."))


FORMS: dict[str, type[BlockForm]] = {
    blocks.TEXT: TextForm,
    blocks.PICTURE: PictureForm,
    blocks.BUTTON: ButtonForm,
    blocks.PRODUCTS: ProductsForm,
    blocks.VOUCHER: VoucherForm,
    blocks.POINTS: PointsForm,
    blocks.LINE: BlockForm,
}


def form_for(block: Block, language: str, data: Any = None, files: Any = None) -> BlockForm:
    """The form of a block, filled in or empty."""
    return FORMS[block["kind"]](block, language, data, files)


def picture_of(file: Any) -> Picture:
    """Keep an uploaded picture as JPEG, or PNG where it is transparent, and no wider than mails need."""
    with Image.open(file) as opened:
        picture = ImageOps.exif_transpose(opened)
        picture.thumbnail((WIDEST, WIDEST * 3))
        is_clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
        out = BytesIO()
        if is_clear:
            picture.convert("RGBA").save(out, "PNG", optimize=True)
        else:
            picture.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    row = Picture(width=picture.width, height=picture.height)
    row.file.save(f"letter.{'png' if is_clear else 'jpg'}", ContentFile(out.getvalue()))
    return row
