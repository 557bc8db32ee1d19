"""Things a test needs, made through the doors that the shop itself goes through."""

import itertools
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from oscar.apps.address.models import Country

from shop.customers.models import Customer, User
from shop.forks.catalogue.models import Category, Product, ProductCategory, ProductClass
from shop.forks.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.forks.partner.models import Partner, StockRecord
from shop.forks.voucher.models import Voucher
from shop.shipping.models import Method

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


def delivery(price: str = "4.90", *, code: str = "courier", free_over: str | None = "60", countries: tuple[str, ...] = ("RO", "MD", "US")) -> Method:
    """A way of delivery to some countries, which exist from then on."""
    for country in countries:
        Country.objects.get_or_create(
            iso_3166_1_a2=country, defaults={"printable_name": country, "name": country, "is_shipping_country": True}
        )
    method = Method.objects.create(
        code=code, name=code.title(), countries=list(countries), free_over=free_over and Decimal(free_over)
    )
    method.bands.create(price=Decimal(price))
    return method


def voucher(code: str = "TEA5", *, off: str = "5.00", **fields: object) -> Voucher:
    """A code that takes a fixed amount off any basket."""
    everything = Range.objects.create(name=f"Everything {code}", includes_all_products=True)
    condition = Condition.objects.create(range=everything, type=Condition.VALUE, value=Decimal("0.01"))
    benefit = Benefit.objects.create(range=everything, type=Benefit.FIXED, value=Decimal(off))
    offer = ConditionalOffer.objects.create(
        name=f"Voucher {code}", offer_type=ConditionalOffer.VOUCHER, condition=condition, benefit=benefit
    )
    now = timezone.now()
    times = {"start_datetime": now - timedelta(days=1), "end_datetime": now + timedelta(days=30)}
    made = Voucher.objects.create(name=f"Voucher {code}", code=code, usage=Voucher.MULTI_USE, **{**times, **fields})
    made.offers.add(offer)
    return made
