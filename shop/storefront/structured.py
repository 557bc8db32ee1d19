"""What a product page tells search engines about itself (schema.org, as JSON-LD)."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from shop.content import identity
from shop.content.identity import MenuItem
from shop.forks.reviews.opinions import Opinions
from shop.storefront.goods import Goods, Variant

# In a script element only these can end it or begin a comment; everything else is data.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_SHOWN_REVIEWS = 3


def as_json_ld(goods: Goods, reviews: Opinions, url: str, summary: str, trail: list[MenuItem]) -> SafeString:
    """The text of the script element."""
    parts = [_product(goods, reviews, url, summary)]
    if trail:
        parts.append(_trail(trail))
    return mark_safe(json.dumps(parts, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308  escaped above


def _product(goods: Goods, reviews: Opinions, url: str, summary: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": goods.product.get_title(),
        "description": summary,
        "url": url,
        "brand": {"@type": "Brand", "name": identity.shop().name},
    }
    if goods.pictures:
        said["image"] = [_full(picture.largest) for picture in goods.pictures]
    if goods.present.sku:
        said["sku"] = goods.present.sku
    offers = [_offer(variant, url) for variant in goods.variants if variant.price is not None]
    if offers:
        said["offers"] = offers[0] if len(offers) == 1 else offers
    if reviews.count:
        said["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": round(reviews.mean, 2),
            "reviewCount": reviews.count,
        }
        said["review"] = [_review(review) for review in reviews.newest[:_SHOWN_REVIEWS]]
    return said


def _offer(variant: Variant, url: str) -> dict[str, Any]:
    is_child = variant.product.parent_id is not None
    return {
        "@type": "Offer",
        "sku": variant.sku,
        "price": str(variant.price),
        "priceCurrency": variant.currency,
        "availability": f"https://schema.org/{'InStock' if variant.can_be_bought else 'OutOfStock'}",
        "itemCondition": "https://schema.org/NewCondition",
        "url": f"{url}?variant={variant.product.pk}" if is_child else url,
    }


def _review(review: Any) -> dict[str, Any]:
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": str(review.author)},
        "datePublished": review.date_created.date().isoformat(),
        "name": review.title,
        "reviewBody": review.body,
        "reviewRating": {"@type": "Rating", "ratingValue": review.score, "bestRating": 5},
    }


def _trail(trail: list[MenuItem]) -> dict[str, Any]:
    steps = [
        {"@type": "ListItem", "position": at, "name": step.name, "item": _full(step.url)} for at, step in enumerate(trail, 1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": steps}


def _full(path: str) -> str:
    return path if path.startswith("http") else f"{settings.SHOP_URL}{path}"
