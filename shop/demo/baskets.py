"""Baskets that people left standing in the last days."""

import random
from datetime import datetime, timedelta

from shop.demo import bulk, source
from shop.demo.history import Story
from shop.forks.basket.models import Basket, Line
from shop.forks.catalogue.models import Product
from shop.forks.partner.models import StockRecord

ONE_IN = 60  # of the accounts


def leave_some(stories: list[Story], products: dict[str, Product], now: datetime, chance: random.Random) -> None:
    """Open baskets with one to three things, of some who have an account."""
    users = {story.user.pk: story.user for story in stories if story.user}
    chosen = chance.sample(sorted(users), len(users) // ONE_IN)
    records = {record.partner_sku: record for record in StockRecord.objects.filter(num_in_stock__gt=0)}
    wares = [ware for ware in source.wares() if ware.sku in records and not ware.is_gone]
    baskets, lines = [], []
    for pk in chosen:
        begun = now - timedelta(hours=chance.uniform(1, 24 * 9))
        inside = chance.sample(wares, chance.choice((1, 1, 2, 3)), counts=[ware.popularity for ware in wares])
        taken = {ware.sku: records[ware.sku] for ware in inside}
        total = sum((record.price or 0) for record in taken.values())
        basket = Basket(owner=users[pk], date_created=begun, changed_at=begun, item_count=len(taken), shown_total=total)
        baskets.append(basket)
        lines += [_line(basket, products[sku], record, begun) for sku, record in taken.items()]
    bulk.write(Basket, baskets)
    bulk.write(Line, lines)


def _line(basket: Basket, product: Product, record: StockRecord, begun: datetime) -> Line:
    return Line(
        basket=basket,
        line_reference=f"{product.pk}_{record.pk}",
        product=product,
        stockrecord=record,
        quantity=1,
        price_currency=record.price_currency,
        price_excl_tax=record.price,
        price_incl_tax=record.price,
        date_created=begun,
        date_updated=begun,
    )
