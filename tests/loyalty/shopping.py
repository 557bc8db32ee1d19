"""People with points at the checkout."""

from decimal import Decimal

from shop.customers.models import Customer, User
from shop.forks.basket.models import Basket
from shop.forks.catalogue.models import Product
from shop.forks.order.models import Order
from shop.forks.voucher.models import Voucher
from shop.orders import placing, quotes
from shop.orders.quotes import Quote
from tests import make
from tests.loyalty import make as have


def member(points: int = 0, email: str = "") -> tuple[User, Customer]:
    """Somebody with a confirmed account and so many points."""
    user = make.user(email)
    customer = Customer.objects.for_email(user.email)
    customer.user = user
    customer.save()
    if points:
        have.points(customer, points)
    return user, customer


def basket(user: User, *products: Product, points: int, quantity: int = 1, vouchers: tuple[Voucher, ...] = ()) -> Basket:
    """Their open basket, which asks for so many points."""
    filled = make.basket(*products, quantity=quantity, owner=user, vouchers=vouchers)
    Basket.objects.filter(pk=filled.pk).update(credits_asked={"points": points} if points else {})
    filled.refresh_from_db()
    return filled


def quote(filled: Basket, country: str = "RO") -> Quote:
    """What it costs, as a page shows it."""
    return quotes.quote(Basket.objects.get(pk=filled.pk), country=country, shipping_code="courier", payment_code="test")


def place(filled: Basket, user: User, *, total: Decimal, due: Decimal, **typed: object) -> Order:
    """Order it, having seen these sums."""
    details = make.details(user.email, **{"payment_code": "test" if due else "free", **typed})
    return placing.place(filled.pk, details=details, user=user, seen_total=total, seen_due=due)


def order(user: User, *products: Product, points: int, quantity: int = 1, **typed: object) -> Order:
    """An order that points pay a part of: not paid yet unless they paid it all."""
    filled = basket(user, *products, points=points, quantity=quantity)
    seen = quote(filled)
    return place(filled, user, total=seen.total, due=seen.due, **typed)
