"""Things a test needs, made through the doors that the shop itself goes through."""

import itertools
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from django.contrib.auth.models import Group
from django.utils import timezone
from oscar.apps.address.models import Country
from PIL import Image

from shop.customers.models import Customer, User
from shop.forks.basket.models import Basket
from shop.forks.catalogue.models import (
    AttributeOption,
    AttributeOptionGroup,
    Category,
    Product,
    ProductAttribute,
    ProductAttributeValue,
    ProductCategory,
    ProductClass,
)
from shop.forks.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.forks.order.models import Order
from shop.forks.partner.models import Partner, StockRecord
from shop.forks.reviews.models import ProductReview
from shop.forks.voucher.models import Voucher
from shop.orders import placing
from shop.orders.details import Details
from shop.payments import attempts, settlement
from shop.payments.gateways import rehearsal
from shop.payments.models import TestSession
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


def staff(role: str = "", **fields: object) -> User:
    """A member of staff in a role, with an account that may log in."""
    person = user(f"{role or 'nobody'}{next(_numbers)}@example.com")
    person.is_staff = True
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    person.groups.set(Group.objects.filter(name=role))
    return person


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


def variants(title: str = "Assam", *, sizes: tuple[str, ...] = ("50 g", "100 g"), prices: tuple[str, ...] = ()) -> Product:
    """A product in several sizes, 4 of the first currency unit for the first, 4 more for each next unless `prices` say."""
    parent = product(title, price=None, structure=Product.PARENT)
    group, _ = AttributeOptionGroup.objects.get_or_create(name="Size")
    size, _ = ProductAttribute.objects.get_or_create(
        product_class=parent.product_class, code="size", defaults={"name": "Size", "type": "option", "option_group": group}
    )
    for at, label in enumerate(sizes):
        option, _ = AttributeOption.objects.get_or_create(group=group, option=label)
        price = prices[at] if at < len(prices) else str(4 * (at + 1))
        child = product(f"{title}, {label}", price=price, parent=parent)
        ProductAttributeValue.objects.create(product=child, attribute=size, value_option=option)
    return parent


def photograph(width: int = 640, height: int = 800, colour: str = "#dfb874", kind: str = "JPEG") -> bytes:
    """A file with a picture of one colour."""
    written = BytesIO()
    Image.new("RGB", (width, height), colour).save(written, kind)
    return written.getvalue()


def review(
    of: Product, score: int = 5, body: str = "Good.", *, by: Customer | None = None, approved: bool = True
) -> ProductReview:
    """What somebody said of a product."""
    status = ProductReview.APPROVED if approved else ProductReview.FOR_MODERATION
    return ProductReview.objects.create(product=of, customer=by or customer(), score=score, body=body, status=status)


def delivery(
    price: str = "4.90", *, code: str = "courier", free_over: str | None = "60", countries: tuple[str, ...] = ("RO", "MD", "US")
) -> Method:
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
    made = Voucher.objects.create(name=f"Voucher {code}", code=code, **{**times, **fields})
    made.offers.add(offer)
    return made


def offer(
    name: str = "Tea week",
    *,
    percent: str | None = None,
    off: str | None = None,
    shipping_percent: str | None = None,
    products: tuple[Product, ...] = (),
    over: str = "0.01",
    **fields: object,
) -> ConditionalOffer:
    """An offer of the shop: per cent or an amount off `products` (all of them if none are given) or off delivery."""
    span = Range.objects.create(name=f"{name} {next(_numbers)}", includes_all_products=not products)
    for one in products:
        span.add_product(one)
    if shipping_percent:
        benefit = Benefit.objects.create(type=Benefit.SHIPPING_PERCENTAGE, value=Decimal(shipping_percent))
    else:
        kind = Benefit.PERCENTAGE if percent else Benefit.FIXED
        benefit = Benefit.objects.create(range=span, type=kind, value=Decimal(percent or off or "1"))
    condition = Condition.objects.create(range=span, type=Condition.VALUE, value=Decimal(over))
    return ConditionalOffer.objects.create(name=name, condition=condition, benefit=benefit, **fields)


def basket(*products: Product, quantity: int = 1, owner: User | None = None, vouchers: tuple[Voucher, ...] = ()) -> Basket:
    """A basket with so many of each product, and vouchers on it."""
    made = Basket(owner=owner)
    for one in products:
        made.add_product(one, quantity)
    if made.pk is None:
        made.save()
    made.vouchers.add(*vouchers)
    return made


def details(email: str = "", **fields: object) -> Details:
    """What somebody in Bucharest types at the checkout, paying with the test card."""
    typed = {
        "first_name": "Ana",
        "last_name": "Pop",
        "line1": "Strada Ceaiului 4",
        "line4": "București",
        "state": "București",
        "postcode": "010011",
        "country": "RO",
        "shipping_code": "courier",
        "payment_code": "test",
        "language": "en",
    }
    return Details(email=email or f"ana{next(_numbers)}@example.com", **{**typed, **fields})


def order(
    *products: Product, quantity: int = 1, filled: Basket | None = None, user: User | None = None, **fields: object
) -> Order:
    """An order as the checkout places it: not paid yet. `fields` are what was typed."""
    if not Method.objects.exists():
        delivery()
    filled = filled or basket(*(products or (product(),)), quantity=quantity, owner=user)
    return placing.place(filled.pk, details=details(**fields), user=user, seen_total=None)


def pay(order: Order) -> Order:
    """The buyer goes to the test provider's page, pays there and comes back."""
    step = attempts.start(order, "test", "/")
    rehearsal.charge(TestSession.objects.get(key=step.attempt.key))
    settlement.settle(step.attempt)
    return Order.objects.get(pk=order.pk)


def paid_order(*products: Product, **fields: object) -> Order:
    """An order, paid with the test card."""
    return pay(order(*products, **fields))


def attribute(product: Product, code: str, value: object, *, kind: str = "option", is_filter: bool = True) -> None:
    """What a product is: `attribute(assam, "origin", "India")`; a list of values for the kind "multi_option"."""
    group = AttributeOptionGroup.objects.get_or_create(name=code)[0] if "option" in kind else None
    named, _ = ProductAttribute.objects.get_or_create(
        product_class=product.get_product_class(),
        code=code,
        defaults={"name": code.capitalize(), "type": kind, "option_group": group, "is_filter": is_filter},
    )
    given = ProductAttributeValue(product=product, attribute=named)
    if group is None:
        setattr(given, f"value_{kind}", value)
        given.save()
        return
    options = [
        AttributeOption.objects.get_or_create(group=group, option=one, defaults={"code": f"{code}-{str(one).lower()}"})[0]
        for one in (value if isinstance(value, list) else [value])
    ]
    given.value_option = options[0] if kind == "option" else None
    given.save()
    if kind == "multi_option":
        given.value_multi_option.set(options)
