"""Which gift a basket gets: the one that was chosen, else the first that is there.

A gift is a line of the quote that stands in no basket: it comes and goes with what earns it. Its price is taken off by the
offer, so an order has it as any line, with units held, shipped, refunded and put back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from shop.forks.basket.models import Basket, Line, units_left
from shop.forks.offer.models import Benefit, RangeProduct
from shop.forks.partner.models import StockRecord
from shop.forks.races import is_guarded
from shop.forks.voucher.models import Voucher
from shop.pricing import live

if TYPE_CHECKING:
    from shop.pricing.offers import Application

NONE = 0  # what stands for "no gift, thank you"


def choose(
    earned: "Sequence[Application]", basket: Basket, lines: Sequence[Line], known: Mapping[int, Sequence[StockRecord]]
) -> None:
    """Fill in the gift of each application and what could be chosen. `known` are the `records` of their ranges."""
    taken: dict[int, int] = defaultdict(int)
    for line in lines:
        taken[line.stockrecord_id] += line.quantity
    for application in earned:
        budget = application.offer.budget_left
        free = [
            record
            for record in known.get(application.offer.benefit.range_id, ())
            if _is_free(record, taken[record.pk], basket) and (budget is None or record.price <= budget)
        ]
        application.gift_choices = [record.product for record in free]
        wanted = basket.gifts_chosen.get(str(application.offer.pk))
        if not free or wanted == NONE:
            continue
        record = next((one for one in free if one.product_id == wanted), free[0])
        taken[record.pk] += 1
        application.gift = _line(application.offer.pk, record, basket)
        application.amount = record.price
        application.per_line = {application.gift.pk: record.price}


def records_in_play(vouchers: Iterable[Voucher]) -> bool:
    """Whether any gift can be earned at all now."""
    offers = [one.offer for one in live.running()]
    if any(offer.benefit.type == Benefit.GIFT for offer in offers):
        return True
    by_code = [voucher.pk for voucher in vouchers]
    return bool(by_code) and Voucher.objects.filter(pk__in=by_code, offers__benefit__type=Benefit.GIFT).exists()


def records(range_ids: Sequence[int]) -> dict[int, list[StockRecord]]:
    """The stock of each range's products, in the order the merchant gave them. Two queries, however many."""
    named = RangeProduct.objects.filter(range__in=range_ids).order_by("display_order", "pk")
    pairs = list(named.values_list("range_id", "product_id"))
    rows = StockRecord.objects.filter(product__in={product for _range, product in pairs}).order_by("-pk")
    goods = rows.select_related("product__product_class", "product__parent__product_class")
    by_product = {record.product_id: record for record in goods}
    found: dict[int, list[StockRecord]] = defaultdict(list)
    for range_id, product_id in pairs:
        if product_id in by_product:
            found[range_id].append(by_product[product_id])
    return found


def _is_free(record: StockRecord, taken: int, basket: Basket) -> bool:
    product = record.product
    is_shown = product.is_public and (not product.is_child or product.parent.is_public)
    if not is_shown or not record.price or record.price_currency != basket.currency:
        return False
    left = units_left(record, product)
    return left is None or left > taken or not is_guarded("stock")


def _line(offer_id: int, record: StockRecord, basket: Basket) -> Line:
    return Line(
        pk=-offer_id,
        basket=basket,
        line_reference=f"gift-{offer_id}",
        product=record.product,
        stockrecord=record,
        quantity=1,
        price_currency=record.price_currency,
        price_excl_tax=record.price,
        price_incl_tax=record.price,
    )
