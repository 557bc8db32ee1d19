"""Things that a promotion sells below what they cost."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Greatest

from shop.desk import promotion
from shop.forks.catalogue.models import Product
from shop.forks.offer.models import Condition, ConditionalOffer
from shop.forks.partner.models import StockRecord
from shop.orders import showing
from shop.pricing import ranges, tax
from shop.pricing.ranges import Places

MOST = 2000  # things that are looked at
SHOWN = 10
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Loss:
    """One thing: its price, what the promotion makes of it, and what it costs the shop and leaves, without tax."""

    product: Product
    price: Decimal
    after: Decimal
    cost: Decimal
    left: Decimal


def of(offer: ConditionalOffer) -> list[Loss]:
    """All of them, the greatest loss first. The most that the promotion can take off a thing that is bought as it asks."""
    span = ranges.compiled([offer.condition.range_id]).get(offer.condition.range_id)
    records = list(_candidates(offer)) if span else []
    if not records or span is None:
        return []
    reduced = [one.product_id for one in records if one.compare_at_price and one.compare_at_price > one.price]
    members = Places([one.product for one in records], [span]).members(span)
    barred = set(reduced) if offer.skips_reduced else set()
    losses = [_loss(one) for one in records if one.product_id in members - barred]
    return sorted((one for one in losses if one.left < 0), key=lambda one: one.left)


def _candidates(offer: ConditionalOffer) -> list[StockRecord]:
    """Things on sale that might go below their cost, wherever they are."""
    after = _price_after(offer)
    if after is None:
        return []
    taxes = tax.taxes_of(settings.SHOP_COUNTRY)
    highest = max([taxes.general, *taxes.by_product_class.values()]) if taxes.is_included else Decimal(0)
    shown = Q(product__parent=None) | Q(product__parent__is_public=True)
    rows = StockRecord.objects.filter(shown, product__is_public=True, price__gt=0, cost_price__isnull=False)
    near = rows.annotate(after=after).filter(after__lt=F("cost_price") * (1 + highest / HUNDRED))
    goods = near.select_related("product__product_class", "product__parent__product_class")
    return list(goods.exclude(product__structure=Product.PARENT).order_by("after", "pk")[:MOST])


def _price_after(offer: ConditionalOffer) -> object | None:
    """The price of one unit under the promotion; None for one that takes nothing off goods."""
    benefit, condition = offer.benefit, offer.condition
    value, asks = Decimal(benefit.value or 0), Decimal(condition.value or 1)
    match promotion.kind_of(benefit):
        case promotion.PERCENT:
            return F("price") * (1 - value / HUNDRED)
        case promotion.BUNDLE:
            return F("price") * (1 - value * (benefit.max_affected_items or 1) / HUNDRED / asks)
        case promotion.AMOUNT:
            # Off the smallest order that gets it, made of this thing.
            least = Greatest(F("price"), asks) if condition.type == Condition.VALUE else F("price") * asks
            return F("price") - F("price") * value / least
    return None


def _loss(record: StockRecord) -> Loss:
    product, after = record.product, max(Decimal(record.after), Decimal(0))
    taxes = tax.taxes_of(settings.SHOP_COUNTRY)
    rate = taxes.rate(product.get_product_class().pk) if taxes.is_included else Decimal(0)
    left = after / (1 + rate) - record.cost_price
    return Loss(product, record.price, after, record.cost_price, left)


def named(losses: list[Loss]) -> list[tuple[str, Loss]]:
    """The greatest of them with their full names."""
    shown = losses[:SHOWN]
    faces = showing.faces_of(one.product for one in shown)
    return [(str(faces[one.product.pk]), one) for one in shown]
