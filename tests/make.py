"""Things a test needs, made through the doors that the shop itself goes through."""

import itertools
from decimal import Decimal

from shop.customers.models import Customer, User
from shop.forks.catalogue.models import Category, Product, ProductCategory, ProductClass
from shop.forks.partner.models import Partner, StockRecord

_numbers = itertools.count(1)


def customer(email: str = "", **fields: object) -> Customer:
    """A person the shop has met."""
    person = Customer.objects.for_email(email or f"ana{next(_numbers)}@example.com")
    for name, value in fields.items():
        setattr(person, name, value)
    if fields:
        person.save()
    return person


def user(email: str = "", password: str = "a long password", **fields: object) -> User:
    """Somebody with an account."""
    return User.objects.create_user(email or f"ben{next(_numbers)}@example.com", password, **fields)


def category(name: str = "Tea", parent: Category | None = None) -> Category:
    """A category, at the root or below another."""
    return parent.add_child(name=name) if parent else Category.add_root(name=name)


def product(
    title: str = "Assam",
    *,
    price: str | None = "8.50",
    stock: int | None = 10,
    in_category: Category | None = None,
    parent: Product | None = None,
    **fields: object,
) -> Product:
    """A product one can buy, or a variant of `parent`."""
    kind, _ = ProductClass.objects.get_or_create(name="Goods", defaults={"track_stock": True, "requires_shipping": True})
    made = Product.objects.create(
        title=title,
        slug=fields.pop("slug", f"product-{next(_numbers)}"),
        product_class=None if parent else kind,
        parent=parent,
        structure=Product.CHILD if parent else fields.pop("structure", Product.STANDALONE),
        **fields,
    )
    if in_category:
        ProductCategory.objects.create(product=made, category=in_category)
    if price is not None:
        partner, _ = Partner.objects.get_or_create(name="House")
        StockRecord.objects.create(
            product=made,
            partner=partner,
            partner_sku=f"SKU-{made.pk}",
            price=Decimal(price),
            num_in_stock=stock,
            num_allocated=0,
        )
    return made
