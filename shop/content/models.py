"""What a merchant says about the shop: its name and look, its home page, its pages."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.content import colours, markup
from shop.forks.catalogue import pictures

PICTURE_TYPES = FileExtensionValidator(["jpg", "jpeg", "png", "webp"])


CONTACT = "contact"


class Pictured(models.Model):
    """Anything with one picture, whose renditions are made when the picture changes."""

    picture = models.ImageField(_("picture"), upload_to="content/", blank=True, validators=[PICTURE_TYPES, pictures.is_picture])
    renditions = models.JSONField(default=dict, blank=True, editable=False)

    widths: tuple[int, ...] = pictures.WIDE

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if pictures.are_due(self.renditions, self.picture) or (self.renditions and not self.picture):
            self.renditions = pictures.render(self.picture, self.widths) if self.picture else {}
            type(self).objects.filter(pk=self.pk).update(renditions=self.renditions)  # type: ignore[attr-defined]

    def shown(self, alt: str = "") -> pictures.Picture | None:
        return pictures.Picture.of(self.renditions, alt)


class Shop(models.Model):
    """The one shop that runs here. There is a single row; until it is saved its defaults hold."""

    name = models.CharField(_("name"), max_length=60, default="Encore")
    claim = models.CharField(
        _("claim"),
        max_length=120,
        blank=True,
        help_text=_("What the shop is, in one line: title of the home page in search engines."),
    )
    story = models.TextField(_("story"), blank=True, help_text=_("Two or three sentences at the foot of every page."))
    logo = models.ImageField(
        _("logo"),
        upload_to="content/",
        blank=True,
        validators=[PICTURE_TYPES, pictures.is_picture],
        help_text=_("Replaces the name in the header. At least 88 pixels high, with a transparent ground."),
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default=colours.ACCENT,
        validators=[colours.is_colour],
        help_text=_("Buttons, links and the line at the top. It must be readable on the ground."),
    )
    paper = models.CharField(
        _("ground colour"),
        max_length=7,
        default=colours.PAPER,
        validators=[colours.is_colour],
        help_text=_("Behind everything."),
    )
    top_line = models.CharField(
        _("line at the top"),
        max_length=120,
        blank=True,
        help_text=_("E.g. from which sum on delivery is free. Empty: no line."),
    )
    email = models.EmailField(
        _("e-mail for customers"), blank=True, help_text=_("Also receives what people write in the contact form.")
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.TextField(_("address"), blank=True)
    hours = models.CharField(_("opening hours"), max_length=160, blank=True)
    payment_words = models.CharField(_("payment and delivery, in a line"), max_length=200, blank=True)
    imprint = models.TextField(
        _("legal notice"), blank=True, help_text=_("Company, register number, tax number: at the foot of every page.")
    )

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shop")
        constraints = [models.CheckConstraint(name="one_shop", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if all(len(colour) == 7 for colour in (self.accent, self.paper)):
            colours.check(self.accent, self.paper)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @property
    def has_own_colours(self) -> bool:
        return (self.accent.lower(), self.paper.lower()) != (colours.ACCENT, colours.PAPER)


class PageQuerySet(models.QuerySet["Page"]):
    def published(self) -> Self:
        return self.filter(is_published=True)


class Page(models.Model):
    """A page of text: about, delivery and returns, privacy, terms."""

    class Place(models.TextChoices):
        SHOP = "shop", _("Footer: the shop")
        HELP = "help", _("Footer: help")
        LEGAL = "legal", _("Footer: last line")
        NOWHERE = "", _("Nowhere: only by its address")

    slug = models.SlugField(_("address"), unique=True, help_text=_("The end of the page's address, e.g. “about”."))
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(
        _("text"), help_text=_("HTML: paragraphs, headings, lists, links, tables. Anything else is taken out.")
    )
    description = models.CharField(_("for search engines"), max_length=160, blank=True)
    place = models.CharField(_("where it is linked"), max_length=10, choices=Place, default=Place.HELP, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_published = models.BooleanField(_("published"), default=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        markup.clean_fields(self, "body")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The page called “contact” stands above the contact form."""
        return reverse("contact") if self.slug == CONTACT else reverse("page", args=[self.slug])


class Block(Pictured):
    """One part of the home page, from top to bottom."""

    class Kind(models.TextChoices):
        HERO = "hero", _("Large picture with a few words (first on the page)")
        PICKS = "picks", _("Products chosen by hand")
        NEW = "new", _("New products")
        BEST_SELLERS = "best_sellers", _("Best sellers")
        REDUCED = "reduced", _("Reduced products")
        OFFERS = "offers", _("Offers that run now")
        SCENES = "scenes", _("Pictures that lead to categories")
        STORY = "story", _("Picture and story side by side")
        WORDS = "words", _("Short promises beside each other, one on each line of the text")

    kind = models.CharField(_("what it shows"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=120, blank=True)
    text = models.TextField(_("text"), blank=True, help_text=_("Plain; a story may have simple HTML."))
    link = models.CharField(
        _("leads to"), max_length=200, blank=True, help_text=_("An address in this shop, e.g. /catalogue/.")
    )
    link_text = models.CharField(_("words on the link"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_shown = models.BooleanField(_("shown"), default=True)

    class Meta:
        verbose_name = _("part of the home page")
        verbose_name_plural = _("home page")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.kind == Block.Kind.STORY:
            markup.clean_fields(self, "text")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.link and (not self.link.startswith("/") or self.link.startswith("//")):
            raise ValidationError({"link": _("Write an address in this shop: it starts with one slash.")})


class Pick(models.Model):
    """A product chosen by hand for a part of the home page."""

    block = models.ForeignKey(Block, related_name="picks", on_delete=models.CASCADE)
    product = models.ForeignKey("catalogue.Product", verbose_name=_("product"), related_name="+", on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("chosen product")
        verbose_name_plural = _("chosen products")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="a_product_once_in_a_block", fields=["block", "product"])]

    def __str__(self) -> str:
        return f"{self.block_id}: {self.product_id}"


class Scene(Pictured):
    """A picture that leads to a category."""

    block = models.ForeignKey(Block, related_name="scenes", on_delete=models.CASCADE)
    category = models.ForeignKey("catalogue.Category", verbose_name=_("category"), related_name="+", on_delete=models.CASCADE)
    title = models.CharField(_("words on the picture"), max_length=80, blank=True, help_text=_("Empty: the category's name."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    widths = (320, 640, 960)

    objects = models.Manager()

    class Meta:
        verbose_name = _("picture of a category")
        verbose_name_plural = _("pictures of categories")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title or str(self.category_id)
