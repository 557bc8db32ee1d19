"""Oscar's basket: one open basket for each owner, changed only under its lock, its header figures kept on the row."""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine
from oscar.apps.basket.managers import OpenBasketManager, SavedBasketManager

from shop.forks.catalogue.models import Product, brief
from shop.forks.money import MoneyField
from shop.forks.partner.models import StockRecord
from shop.forks.races import is_guarded, racepoint

Options = list[dict[str, Any]]


class CannotChange(ValueError):
    """The basket stays as it was; `str()` tells the shopper why, in their language."""


class NotEnough(CannotChange):
    """Fewer units are left than were asked for: `left` in all, of which the basket may hold some already."""

    def __init__(self, message: str, left: int) -> None:
        super().__init__(message)
        self.left = left


class BasketQuerySet(models.QuerySet["Basket"]):
    def claim(self, basket_id: int) -> bool:
        """Close an open basket for its order; False when it is not open any more. Holds the row until the end."""
        rows = self.filter(pk=basket_id)
        if is_guarded("basket"):
            rows = rows.filter(status=Basket.OPEN)
        return bool(rows.update(status=Basket.SUBMITTED, date_submitted=timezone.now()))

    def reopen(self, basket_id: int) -> None:
        """The order of this basket was given up: its owner finds it as it was, unless another was begun meanwhile."""
        basket = self.select_for_update().filter(pk=basket_id, status=Basket.SUBMITTED).first()
        if basket is None:
            return
        other = self.filter(owner=basket.owner_id, status=Basket.OPEN).first() if basket.owner_id else None
        self.filter(pk=basket_id).update(status=Basket.SAVED if other else Basket.OPEN, date_submitted=None)
        if other:
            other.merge(self.get(pk=basket_id))


class Basket(AbstractBasket):
    pk: int | None
    _lines: Any
    item_count = models.PositiveIntegerField(_("items"), default=0, editable=False)
    shown_total = MoneyField(_("total at the last change"), default=0, editable=False)
    changed_at = models.DateTimeField(_("last change"), null=True, editable=False)
    # Units by the code of a credit (shop.orders.credits): what its owner would like to use. Each quote asks what is true.
    credits_asked = models.JSONField(_("credits to be used"), default=dict, blank=True, editable=False)
    # Product id by the id of the offer: which gift the shopper would like; 0 is none, thank you.
    gifts_chosen = models.JSONField(_("gifts chosen"), default=dict, blank=True, editable=False)

    objects = BasketQuerySet.as_manager()
    open = OpenBasketManager()
    saved = SavedBasketManager()

    class Meta(AbstractBasket.Meta):
        constraints = [models.UniqueConstraint(name="one_open_basket_per_owner", fields=["owner"], condition=Q(status="Open"))]

    def all_lines(self) -> "list[Line]":
        """The lines with product, its kind and its stock: one query, however many lines."""
        if self._lines is None and self.pk is not None:
            self._lines = sorted(self.lines.with_goods().order_by(), key=lambda line: line.pk)
        return self._lines or []

    @property
    def num_lines(self) -> int:
        return len(self.all_lines())

    @transaction.atomic
    def add_product(self, product: Product, quantity: int = 1, options: Options | None = None) -> tuple["Line", bool]:
        """Put units into the basket, onto the line that has them already; raises `CannotChange`."""
        record = _record_of(product)
        is_empty = self._lock()
        lines = [] if is_empty else list(self.lines.select_related("stockrecord"))
        _check(lines, record, quantity)
        reference = self._create_line_reference(product, record, options or [])
        line = next((line for line in lines if line.line_reference == reference), None)
        is_new = line is None
        if line is None:
            line = self._new_line(reference, record, quantity, options or [])
            lines.append(line)
        else:
            line.quantity += quantity
            Line.objects.filter(pk=line.pk).update(quantity=line.quantity, date_updated=timezone.now())
        self.recount(lines)
        return line, is_new

    add = add_product

    @transaction.atomic
    def set_quantity(self, line_id: int, quantity: int) -> None:
        """Change the units of a line; 0 takes it out. A line that is not in this basket is left alone."""
        self._lock()
        lines = list(
            self.lines.select_related("stockrecord__product__product_class", "stockrecord__product__parent__product_class")
        )
        line = next((line for line in lines if line.pk == line_id), None)
        if line is None:
            return
        if quantity <= 0:
            line.delete()
            lines.remove(line)
        elif quantity != line.quantity:
            if quantity > line.quantity:
                _check(lines, line.stockrecord, quantity - line.quantity)
            line.quantity = quantity
            Line.objects.filter(pk=line.pk).update(quantity=quantity, date_updated=timezone.now())
        self.recount(lines)

    @transaction.atomic
    def merge(self, basket: "Basket", add_quantities: bool = True) -> None:
        """Take over another basket's lines and vouchers; quantities add up as far as there is stock."""
        ids = [self.pk, basket.pk]
        locked = Basket.objects.select_for_update().filter(pk__in=ids, status__in=self.editable_statuses).order_by("pk")
        if len(locked) < 2:
            return
        mine = {line.line_reference: line for line in self.lines.select_related("stockrecord")}
        for line in basket.all_lines():
            known = mine.get(line.line_reference)
            together = line.quantity + (known.quantity if known else 0)
            left = units_left(line.stockrecord, line.product)
            quantity = together if left is None else max(min(together, left), known.quantity if known else 1)
            Line.objects.filter(pk=(known or line).pk).update(basket=self, quantity=quantity, date_updated=timezone.now())
        self.vouchers.add(*basket.vouchers.all())
        basket.vouchers.clear()
        Basket.objects.filter(pk=basket.pk).update(status=self.MERGED, date_merged=timezone.now(), item_count=0, shown_total=0)
        basket.status = self.MERGED
        self.recount()

    def flush(self) -> None:
        """Empty the basket."""
        with transaction.atomic():
            self._lock()
            self.lines.all().delete()
            self.recount([])

    def recount(self, lines: "Iterable[Line] | None" = None) -> None:
        """Keep the header's figures on the row: units, and their price before offers and delivery."""
        if lines is None:
            lines = self.lines.select_related("stockrecord")
        priced = [(line.quantity, line.stockrecord.price or 0) for line in lines]
        self.item_count = sum(quantity for quantity, _price in priced)
        self.shown_total = sum(quantity * price for quantity, price in priced)
        self.changed_at = timezone.now()
        Basket.objects.filter(pk=self.pk).update(
            item_count=self.item_count, shown_total=self.shown_total, changed_at=self.changed_at
        )
        self.reset_offer_applications()

    def _lock(self) -> bool:
        """Hold the row, making it first if need be, so that two changes at once both count; whether it is one that nobody
        else can know yet."""
        if self.pk is None:
            made = Basket.open.get_or_create(owner=self.owner)[0] if self.owner_id else Basket.objects.create()
            self.pk, self.date_created, self._state.adding = made.pk, made.date_created, False
            if not self.owner_id:
                return True
        racepoint("basket.before_lock")
        if not is_guarded("basket_lines"):
            return False
        rows = Basket.objects.select_for_update().filter(pk=self.pk, status__in=self.editable_statuses)
        if not rows.values_list("pk"):
            raise CannotChange(gettext("This basket has been ordered. Please start a new one."))
        return False

    def _new_line(self, reference: str, record: StockRecord, quantity: int, options: Options) -> "Line":
        line: Line = Line.objects.create(
            basket=self,
            line_reference=reference,
            product=record.product,
            stockrecord=record,
            quantity=quantity,
            price_currency=record.price_currency,
            price_excl_tax=record.price,
            price_incl_tax=record.price,
        )
        for chosen in options:
            line.attributes.create(option=chosen["option"], value=chosen["value"])
        return line

    def _create_line_reference(self, product: Product, stockrecord: StockRecord, options: Options) -> str:
        """The same for the same product with the same options, and for nothing else."""
        base = f"{product.pk}_{stockrecord.pk}"
        if not options:
            return base
        chosen = sorted([chosen["option"].pk, chosen["value"]] for chosen in options)
        text = json.dumps(chosen, cls=DjangoJSONEncoder, sort_keys=True)
        return f"{base}_{hashlib.sha256(text.encode()).hexdigest()}"


class LineQuerySet(models.QuerySet["Line"]):
    def with_goods(self) -> Self:
        """With product, parent, kind and stock, without their long texts."""
        return self.select_related("product__product_class", "product__parent__product_class", "stockrecord").only(*_goods())


@cache
def _goods() -> list[str]:
    """Columns by name: a third of what a wide query costs is the names of columns that nobody reads."""
    own = [field.name for field in Line._meta.concrete_fields]
    kinds = [f"{relation}__product_class__{name}" for relation in ("product", "product__parent") for name in _KIND]
    stock = [f"stockrecord__{field.name}" for field in StockRecord._meta.concrete_fields]
    return [*own, *brief("product"), *brief("product__parent"), *kinds, *stock]


_KIND = ("requires_shipping", "track_stock")


class Line(AbstractLine):
    price_excl_tax = MoneyField(_("price when added"), null=True)
    price_incl_tax = MoneyField(_("price when added, with tax"), null=True)

    objects = LineQuerySet.as_manager()

    class Meta(AbstractLine.Meta):
        constraints = [models.CheckConstraint(name="basket_line_has_units", condition=Q(quantity__gte=1))]


def units_left(record: StockRecord, product: Product | None = None) -> int | None:
    """Units of a record that nobody has reserved; None where stock is not counted."""
    if not (product or record.product).get_product_class().track_stock:
        return None
    return int(max(record.net_stock_level, 0))


def _record_of(product: Product) -> StockRecord:
    """The stock record a product is sold from, with what is needed to judge it."""
    if product.is_parent:
        raise CannotChange(gettext("Please choose a variant first."))
    record = StockRecord.objects.filter(product=product).order_by("pk").first()
    if record:
        record.product = product  # with its parent and kind, which callers have read: a third of what adding costs
    if record is None or record.price is None or not record.product.is_public:
        raise CannotChange(gettext("“%(title)s” cannot be bought at the moment.") % {"title": product.get_title()})
    return record


def _check(lines: "list[Line]", record: StockRecord, more: int) -> None:
    """Raise unless so many more units of the record may be in the basket, all lines with it together."""
    if more < 1:
        raise CannotChange(gettext("Please choose a quantity of at least 1."))
    limit = settings.OSCAR_MAX_BASKET_QUANTITY_THRESHOLD
    if sum(line.quantity for line in lines) + more > limit:
        raise CannotChange(gettext("A basket takes at most %(limit)d items.") % {"limit": limit})
    if any(line.price_currency != record.price_currency for line in lines):
        raise CannotChange(gettext("All things in a basket must be in the same currency."))
    left = units_left(record)
    held = sum(line.quantity for line in lines if line.stockrecord_id == record.pk)
    if left is None or held + more <= left:
        return
    if left == 0:
        raise NotEnough(gettext("“%(title)s” has just sold out.") % {"title": record.product.get_title()}, left)
    text = gettext("Only %(left)d of “%(title)s” are left.") % {"left": left, "title": record.product.get_title()}
    if held:
        text += " " + gettext("Your basket has %(held)d of them.") % {"held": held}
    raise NotEnough(text, left)


from oscar.apps.basket.models import LineAttribute  # noqa: E402  Oscar skips the models that stand above

__all__ = ["Basket", "CannotChange", "Line", "LineAttribute", "NotEnough", "units_left"]
