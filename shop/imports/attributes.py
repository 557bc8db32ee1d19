"""Options of variants and characteristics of products, as attributes that filters and variant buttons understand."""

from dataclasses import dataclass, field

from django.conf import settings

from shop.forks.catalogue.models import (
    AttributeOption,
    AttributeOptionGroup,
    ProductAttribute,
    ProductAttributeValue,
    ProductClass,
)
from shop.imports import texts
from shop.imports.job import Job

BRAND = "Brand"
_LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass
class Wish:
    """What a product shall say of itself: attribute → options."""

    product_id: int
    values: dict[int, tuple[ProductAttribute, list[AttributeOption]]] = field(default_factory=dict)


class Attributes:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.known: dict[tuple[int | None, str], ProductAttribute] = {
            (row.product_class_id, row.code): row for row in ProductAttribute.objects.all()
        }
        self.groups = {row.code: row.option_group_id for row in self.known.values() if row.option_group_id}
        self.options: dict[tuple[int, str], AttributeOption] = {}
        for option in AttributeOption.objects.all():
            for language in _LANGUAGES:
                if text := getattr(option, f"option_{language}"):
                    self.options.setdefault((option.group_id, text.casefold()), option)

    def wish(self, product_id: int, kind: ProductClass, values: dict[str, list[str]]) -> Wish:
        """The attribute values by name, made ready to be written; attributes and options are made where they are missing."""
        wish = Wish(product_id)
        for name, parts in values.items():
            chosen = list(dict.fromkeys(part for part in parts if part))
            if chosen:
                attribute = self._attribute(kind, name, is_multiple=len(chosen) > 1)
                wish.values[attribute.pk] = (attribute, [self._option(attribute, text[:255]) for text in chosen])
        return wish

    def _attribute(self, kind: ProductClass, name: str, is_multiple: bool) -> ProductAttribute:
        code = texts.identifier(name)
        wanted = ProductAttribute.MULTI_OPTION if is_multiple else ProductAttribute.OPTION
        # Something else of that name, say a number, may be there already: it is left as it is.
        for candidate in (code, f"{code}_several", f"{code}_choice", f"{code}_choices"):
            row = self.known.get((kind.pk, candidate))
            if row is None:
                return self._made(kind, candidate, name, wanted)
            if row.type == wanted:
                return row
        raise LookupError(f"no room for an attribute “{name}”")

    def _made(self, kind: ProductClass, code: str, name: str, wanted: str) -> ProductAttribute:
        if code not in self.groups:
            self.groups[code] = AttributeOptionGroup.objects.create(name=name[:128]).pk
        row: ProductAttribute = ProductAttribute.objects.create(
            product_class=kind,
            code=code,
            type=wanted,
            option_group_id=self.groups[code],
            is_filter=True,
            **self.job.text("name", name[:128]),
        )
        self.known[kind.pk, code] = row
        return row

    def _option(self, attribute: ProductAttribute, text: str) -> AttributeOption:
        key = (attribute.option_group_id, text.casefold())
        if key not in self.options:
            self.options[key] = AttributeOption.objects.create(
                group_id=attribute.option_group_id, **self.job.text("option", text)
            )
        return self.options[key]

    def write(self, wishes: list[Wish]) -> set[int]:
        """Write what differs from what is there; return the ids of the products that changed."""
        ids = [wish.product_id for wish in wishes]
        rows = ProductAttributeValue.objects.filter(product__in=ids).prefetch_related("value_multi_option")
        present = {(row.product_id, row.attribute_id): row for row in rows}
        changed: dict[tuple[int, int], ProductAttributeValue] = {}
        several: dict[tuple[int, int], list[AttributeOption]] = {}
        for wish in wishes:
            for attribute, options in wish.values.values():
                key = (wish.product_id, attribute.pk)
                row = present.get(key) or ProductAttributeValue(product_id=wish.product_id, attribute=attribute)
                if attribute.is_multi_option:
                    if row.pk is None or {o.pk for o in row.value_multi_option.all()} != {o.pk for o in options}:
                        changed[key], several[key] = row, options
                elif row.value_option_id != options[0].pk:
                    row.value_option = options[0]
                    changed[key] = row
        self._save(list(changed.values()))
        for key, options in several.items():
            changed[key].value_multi_option.set(options)
        return {product_id for product_id, _attribute in changed}

    @staticmethod
    def _save(rows: list[ProductAttributeValue]) -> None:
        ProductAttributeValue.objects.bulk_create([row for row in rows if row.pk is None])
        ProductAttributeValue.objects.bulk_update([row for row in rows if row.pk], ["value_option"], batch_size=500)
