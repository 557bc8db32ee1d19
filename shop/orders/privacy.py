"""What the books hold about a person. Orders stay as the law asks; the name under a review goes."""

from typing import Any

from django.conf import settings

from shop.customers import privacy
from shop.customers.models import Customer
from shop.forks.order.models import Order
from shop.forks.reviews.models import ProductReview, ReviewPhoto

_PERSONAL = ("first_name", "last_name", "line1", "line2", "line3", "line4", "state", "postcode", "country_id")


@privacy.exports("orders")
def _orders(customer: Customer) -> Any:
    orders = customer.orders.select_related("shipping_address", "billing_address").prefetch_related("lines")
    return [_order(order) for order in orders.order_by("date_placed")]


def _order(order: Order) -> dict[str, Any]:
    shipping, billing = order.shipping_address, order.billing_address
    return {
        "number": order.number,
        "placed": order.date_placed,
        "status": order.status,
        "email": order.email,
        "total": order.total_incl_tax,
        "currency": order.currency,
        "lines": [
            {"title": line.title, "quantity": line.quantity, "total": line.line_price_incl_tax} for line in order.lines.all()
        ],
        "delivery": _address(shipping) | {"phone": str(shipping.phone_number), "note": shipping.notes} if shipping else None,
        "invoice": _address(billing) if billing else None,
    }


def _address(address: Any) -> dict[str, Any]:
    return {name: getattr(address, name) for name in _PERSONAL}


@privacy.exports("address book")
def _address_book(customer: Customer) -> Any:
    return [_address(address) for address in customer.user.addresses.all()] if customer.user else []


@privacy.exports("reviews")
def _reviews(customer: Customer) -> Any:
    rows = customer.reviews.order_by("pk").prefetch_related("photos").select_related("product")
    return [
        {
            "product": review.product.get_title() if review.product else "",
            **{name: getattr(review, name) for name in ("score", "title", "body", "name", "date_created")},
            "photos": [f"{settings.SHOP_URL}{photo.picture.url}" for photo in review.photos.all()],
        }
        for review in rows
    ]


@privacy.erases("reviews")
def _forget_names(customer: Customer) -> None:
    """The opinion stays for other buyers; the name under it goes, and so do pictures of a home or a face."""
    ReviewPhoto.objects.filter(review__customer=customer).delete()
    ProductReview.objects.filter(customer=customer).update(name="", email="", homepage="")


@privacy.exports("wish lists")
def _wish_lists(customer: Customer) -> Any:
    if customer.user is None:
        return []
    return [
        {"name": wishes.name, "made": wishes.date_created, "products": [line.title for line in wishes.lines.all()]}
        for wishes in customer.user.wishlists.prefetch_related("lines")
    ]
