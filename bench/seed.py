"""Fill a migrated shop, ours or stock Oscar, with the same synthetic catalogue.

`python -m bench.seed COUNT` prints the addresses to measure as JSON. Fifty categories below ten, nine products in ten
alone and one with three variants, six characteristics, two pictures, stock, reviews on three in ten; always the same.
"""

import io
import json
import random
import sys
from decimal import Decimal
from typing import Any

import django
from django.utils.text import slugify

WORDS = (
    "amber basalt cedar delta ember fjord garnet harbor indigo juniper kestrel lagoon maple nectar opal pepper quartz "
    "raven saffron timber umber velvet willow xenon yarrow zephyr copper linen marble cotton silver bamboo ceramic "
    "leather walnut denim cobalt coral crystal granite"
).split()
KINDS = "lamp chair table mug bottle jacket shoe bag watch notebook pen clock vase rug shelf plate knife bowl".split()
CHARACTERISTICS = (
    ("material", "text"),
    ("colour", "text"),
    ("weight", "float"),
    ("warranty", "integer"),
    ("care", "text"),
    ("recyclable", "boolean"),
)
BATCH = 2000


class Seed:
    """The rows of the catalogue, made in bulk through whichever models the shop has."""

    def __init__(self) -> None:
        from oscar.core.loading import get_model

        self.model = get_model
        self.random = random.Random(7)

    def words(self, count: int) -> str:
        return " ".join(self.random.choice(WORDS) for _ in range(count))

    def fill(self, count: int) -> None:
        """Make `count` products that one can browse."""
        self._frame()
        for start in range(0, count, BATCH):
            self._batch(range(start, min(start + BATCH, count)))

    def _frame(self) -> None:
        from oscar.apps.catalogue.categories import create_from_breadcrumbs

        self.kind = self.model("catalogue", "ProductClass").objects.create(
            name="Goods", track_stock=True, requires_shipping=True
        )
        make_attribute = self.model("catalogue", "ProductAttribute").objects.create
        facet = {"is_filter": True} if self._is_ours() else {}
        self.attributes = [
            make_attribute(product_class=self.kind, code=code, name=code.title(), type=kind, **facet)
            for code, kind in CHARACTERISTICS
        ]
        self.categories = [create_from_breadcrumbs(f"Department {i // 5:02} > Section {i:02}") for i in range(50)]
        self.partner = self.model("partner", "Partner").objects.create(name="Warehouse", code="wh")
        self.model("address", "Country").objects.create(
            iso_3166_1_a2="GB",
            iso_3166_1_a3="GBR",
            iso_3166_1_numeric="826",
            printable_name="United Kingdom",
            name="UK",
            is_shipping_country=True,
        )
        users = self.model("customers" if self._is_ours() else "auth", "User")
        extra = {} if self._is_ours() else {"password": "!"}
        self.users = users.objects.bulk_create(
            users(email=f"u{i}@example.com", **extra, **({} if self._is_ours() else {"username": f"u{i}"})) for i in range(500)
        )
        self.pictures = [self._picture(i) for i in range(12)]

    @staticmethod
    def _is_ours() -> bool:
        from django.conf import settings

        return bool(settings.AUTH_USER_MODEL == "customers.User")

    def _picture(self, number: int) -> tuple[str, Any]:
        from django.core.files.base import ContentFile
        from django.core.files.storage import default_storage
        from PIL import Image, ImageDraw

        picture = Image.new("RGB", (800, 1000), tuple(self.random.randrange(256) for _ in range(3)))
        draw = ImageDraw.Draw(picture)
        for _ in range(60):
            x, y, size = self.random.randrange(800), self.random.randrange(1000), self.random.randrange(20, 200)
            draw.ellipse((x, y, x + size, y + size), fill=tuple(self.random.randrange(256) for _ in range(3)))
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=80)
        name = default_storage.save(f"products/bench-{number}.jpg", ContentFile(buffer.getvalue()))
        if not self._is_ours():
            return name, None
        from django.db.models.fields.files import ImageFieldFile

        from shop.forks.catalogue import pictures

        field = self.model("catalogue", "ProductImage")._meta.get_field("original")
        return name, pictures.render(ImageFieldFile(None, field, name))

    def _batch(self, numbers: range) -> None:
        product_model = self.model("catalogue", "Product")
        products = product_model.objects.bulk_create(self._product(i) for i in numbers)
        variants = product_model.objects.bulk_create(
            product_model(structure="child", parent=p, title=f"{p.title} size {s}", slug=f"{p.slug}-{s.lower()}", upc=p.upc + s)
            for p in products
            if p.structure == "parent"
            for s in "SML"
        )
        values = self.model("catalogue", "ProductAttributeValue")
        values.objects.bulk_create((value for p in products for value in self._values(values, p)), batch_size=5000)
        link = self.model("catalogue", "ProductCategory")
        link.objects.bulk_create(link(product=p, category=self.random.choice(self.categories)) for p in products)
        self._pictures_of(products)
        stock = self.model("partner", "StockRecord")
        stock.objects.bulk_create(
            stock(
                product=p,
                partner=self.partner,
                partner_sku=p.upc,
                price_currency="GBP",
                price=Decimal(self.random.randrange(199, 29999)) / 100,
                num_in_stock=1_000_000,
                num_allocated=0,
            )
            for p in [*products, *variants]
            if p.structure != "parent"
        )
        review = self.model("reviews", "ProductReview")
        review.objects.bulk_create(
            review(
                product=p,
                user=self.random.choice(self.users),
                score=self.random.randrange(1, 6),
                title=self.words(3),
                body=self.words(25),
                status=1,
            )
            for p in products
            if self.random.random() < 0.3
        )

    def _product(self, number: int) -> Any:
        title = f"{self.random.choice(WORDS).title()} {self.random.choice(WORDS)} {self.random.choice(KINDS)} {number}"
        return self.model("catalogue", "Product")(
            structure="parent" if number % 10 == 9 else "standalone",
            title=title,
            slug=slugify(title),
            upc=f"P{number:07}",
            product_class=self.kind,
            description=f"<p>{self.words(60)}.</p><p>{self.words(60)}.</p>",
            rating=self.random.choice([None, 3, 4, 5]),
        )

    def _values(self, model: Any, product: Any) -> list[Any]:
        given: dict[str, Any] = {
            "text": lambda: self.random.choice(WORDS),
            "float": lambda: self.random.randrange(1, 900) / 10,
            "integer": lambda: self.random.randrange(1, 60),
            "boolean": lambda: self.random.random() < 0.5,
        }
        return [model(attribute=a, product=product, **{f"value_{a.type}": given[a.type]()}) for a in self.attributes]

    def _pictures_of(self, products: list[Any]) -> None:
        model = self.model("catalogue", "ProductImage")
        rows = []
        for product in products:
            for order in (0, 1):
                name, renditions = self.random.choice(self.pictures)
                extra = {"renditions": renditions} if renditions else {}
                rows.append(model(product=product, original=name, caption=product.title[:50], display_order=order, **extra))
        model.objects.bulk_create(rows)

    def addresses(self) -> dict[str, str]:
        """The pages to measure: each an address of this shop."""
        products, categories = self.model("catalogue", "Product").objects, self.model("catalogue", "Category").objects
        alone, parents = (
            products.filter(structure="standalone").order_by("pk"),
            products.filter(structure="parent").order_by("pk"),
        )
        leaf = categories.filter(depth=2).order_by("pk")[7]
        prefix = "" if self._is_ours() else "/en-gb"
        return {
            "home": f"{prefix}/" if self._is_ours() else f"{prefix}/catalogue/",
            "category": leaf.get_absolute_url(),
            "product": alone[alone.count() // 2].get_absolute_url(),
            "variants": parents[parents.count() // 2].get_absolute_url(),
            "search": f"{prefix}/search/?q=cedar",
        }


if __name__ == "__main__":
    django.setup()
    seed = Seed()
    seed.fill(int(sys.argv[1]))
    print(json.dumps(seed.addresses()))
