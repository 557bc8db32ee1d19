"""The shelves of Teapot Lane: categories, attributes, products, stock, pictures."""

import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from shop.demo import source
from shop.demo.bulk import dated
from shop.demo.source import Table
from shop.forks.catalogue import pictures
from shop.forks.catalogue.models import (
    AttributeOption,
    AttributeOptionGroup,
    Category,
    Product,
    ProductAttribute,
    ProductAttributeValue,
    ProductCategory,
    ProductClass,
    ProductImage,
    ProductRecommendation,
)
from shop.forks.partner.models import Partner, StockRecord

NEW = 10  # products that came in lately
PREFIX = "teapot-lane:"  # of the code of each product that the demo made


class Shelves:
    """Builds the catalogue; afterwards `products` has every product and variant by slug or SKU."""

    def __init__(self, today: date, seed: int) -> None:
        self.today, self.random = today, random.Random(f"{seed} shelves")
        self.kind = ProductClass.objects.create(
            slug="goods",
            track_stock=True,
            requires_shipping=True,
            **source.texts("name", {"en": "Goods", "uk": "Товари", "ru": "Товары", "ro": "Mărfuri"}),
        )
        self.partner = Partner.objects.create(name="Teapot Lane")
        self.categories: dict[str, Category] = {}
        self.attributes: dict[str, ProductAttribute] = {}
        self.options: dict[tuple[str, str], AttributeOption] = {}
        self.products: dict[str, Product] = {}

    def build(self) -> None:
        self._categories()
        self._attributes()
        with dated(Product):
            self._products()
        self._stock()
        self._values()
        self._recommendations()

    def _categories(self) -> None:
        for file in source.categories():
            table = file["category"]
            root = Category.add_root(
                slug=table["slug"], code=table["slug"], **source.texts("name", table["name"]), **_described(table)
            )
            self.categories[table["slug"]] = root
            for sub in file["subcategory"]:
                child = root.add_child(
                    slug=sub["slug"], code=sub["slug"], **source.texts("name", sub["name"]), **_described(sub)
                )
                self.categories[sub["slug"]] = child
                root.refresh_from_db()

    def _attributes(self) -> None:
        for position, (code, table) in enumerate(source.read("attributes.toml")["attributes"].items()):
            group = AttributeOptionGroup.objects.create(name=table["name"]["en"], code=code) if "options" in table else None
            self.attributes[code] = ProductAttribute.objects.create(
                product_class=self.kind,
                code=code,
                type=table["type"],
                option_group=group,
                is_filter=table.get("filter", False),
                position=position,
                **source.texts("name", table["name"]),
                **(source.texts("unit", table["unit"]) if "unit" in table else {}),
            )
            for option, names in table.get("options", {}).items():
                self.options[code, option] = AttributeOption(
                    group=group, code=f"{code}-{option}", **source.texts("option", names)
                )
        AttributeOption.objects.bulk_create(self.options.values())

    def _products(self) -> None:
        arrivals = self._arrivals([product["slug"] for product, _file in source.products()])
        rows = {product["slug"]: self._product(product, arrivals[product["slug"]]) for product, _file in source.products()}
        Product.objects.bulk_create(rows.values())
        self.products = dict(rows)
        for product, _file in source.products():
            for form in product.get("variants", ()):
                self.products[form["sku"]] = self._variant(form, rows[product["slug"]])
            if "variants" not in product:
                self.products[product["sku"]] = rows[product["slug"]]
        Product.objects.bulk_create([row for row in self.products.values() if row.pk is None])
        ProductCategory.objects.bulk_create(
            ProductCategory(product=rows[product["slug"]], category=self.categories[product["subcategory"]])
            for product, _file in source.products()
        )

    def _arrivals(self, slugs: list[str]) -> dict[str, datetime]:
        """When each product came in: most of them before the history begins, some since, a few in the last weeks."""
        order = self.random.sample(slugs, len(slugs))
        days = {slug: 800 + place for place, slug in enumerate(order)}
        days |= {slug: self.random.randint(60, 600) for slug in order[NEW : NEW * 4]}
        days |= {slug: 2 + place * 4 for place, slug in enumerate(order[:NEW])}
        zone = timezone.get_current_timezone()
        return {slug: datetime.combine(source.day_before(self.today, ago), time(9), zone) for slug, ago in days.items()}

    def _product(self, table: Table, arrived: datetime) -> Product:
        is_parent = "variants" in table
        return Product(
            slug=table["slug"],
            code=PREFIX + table["slug"],
            structure=Product.PARENT if is_parent else Product.STANDALONE,
            product_class=self.kind,
            weight_g=0 if is_parent else table["weight_g"],
            lifetime_days=None if is_parent else table.get("lifetime_days"),
            date_created=arrived,
            date_updated=arrived,
            **{
                name: value
                for field in ("title", "summary", "description")
                for name, value in source.texts(field, table[field]).items()
            },
        )

    def _variant(self, form: Table, parent: Product) -> Product:
        return Product(
            slug=parent.slug,
            code=f"{PREFIX}{form['sku']}",
            structure=Product.CHILD,
            parent=parent,
            weight_g=form["weight_g"],
            lifetime_days=form.get("lifetime_days"),
            date_created=parent.date_created,
            date_updated=parent.date_created,
        )

    def _stock(self) -> None:
        StockRecord.objects.bulk_create(
            StockRecord(
                product=self.products[form["sku"]],
                partner=self.partner,
                partner_sku=form["sku"],
                price_currency=settings.OSCAR_DEFAULT_CURRENCY,
                price=form["price"],
                cost_price=form["cost"],
                compare_at_price=form.get("compare_at"),
                num_in_stock=form["stock"],
                num_allocated=0,
            )
            for product, _file in source.products()
            for form in source.forms_of(product)
        )

    def _values(self) -> None:
        values: list[tuple[ProductAttributeValue, list[AttributeOption]]] = []
        for table, _file in source.products():
            values += self._values_of(self.products[table["slug"]], table["attributes"])
            for form in table.get("variants", ()):
                values += self._values_of(self.products[form["sku"]], form["attributes"])
        ProductAttributeValue.objects.bulk_create([row for row, _options in values])
        through = ProductAttributeValue.value_multi_option.through
        through.objects.bulk_create(
            through(productattributevalue=row, attributeoption=option) for row, options in values for option in options
        )

    def _values_of(self, product: Product, said: Table) -> Iterable[tuple[ProductAttributeValue, list[AttributeOption]]]:
        for code, value in said.items():
            attribute = self.attributes[code]
            row = ProductAttributeValue(product=product, attribute=attribute)
            several: list[AttributeOption] = []
            if attribute.is_multi_option:
                several = [self.options[code, option] for option in value]
            elif attribute.is_option:
                row.value_option = self.options[code, value]
            else:
                setattr(row, f"value_{attribute.type}", value)
            yield row, several

    def _recommendations(self) -> None:
        ProductRecommendation.objects.bulk_create(
            ProductRecommendation(
                primary=self.products[table["slug"]], recommendation=self.products[slug], ranking=len(table["related"]) - place
            )
            for table, _file in source.products()
            for place, slug in enumerate(table["related"])
        )

    def hang_pictures(self) -> int:
        """Give the products their photographs with all renditions; return how many have none yet."""
        wanted = [
            (table["slug"], name, order)
            for table, _file in source.products()
            for order, name in enumerate((table["slug"], f"{table['slug']}-2"))
        ]
        found = [(slug, name, order) for slug, name, order in wanted if (source.PICTURES / f"{name}.webp").exists()]
        images = [
            ProductImage(
                product=self.products[slug],
                code=f"{PREFIX}{name}",
                original=stored(f"products/{name}.webp", name),
                display_order=order,
            )
            for slug, name, order in found
        ]
        with ThreadPoolExecutor(2) as pool:  # Pillow works outside Python's lock
            for image, renditions in zip(images, pool.map(lambda image: pictures.render(image.original), images), strict=True):
                image.renditions = renditions
        ProductImage.objects.bulk_create(images)
        return len({slug for slug, _name, _order in wanted}) - len({slug for slug, _name, _order in found})


def stored(name: str, picture: str) -> str:
    """Put one of the demo's pictures into the shop's storage, in place of what lay there."""
    default_storage.delete(name)
    return default_storage.save(name, ContentFile((source.PICTURES / f"{picture}.webp").read_bytes()))


def _described(table: Table) -> dict[str, Any]:
    return source.texts("description", table["description"]) if "description" in table else {}


def arrivals(products: dict[str, Product]) -> dict[str, date]:
    """The day from which each SKU could be bought."""
    return {ware.sku: timezone.localdate(products[ware.sku].date_created + timedelta(days=1)) for ware in source.wares()}
