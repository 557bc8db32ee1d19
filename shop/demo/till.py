"""What each basket of the history cost: prices, offers, the welcome voucher, delivery and tax, by the shop's own rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.conf import settings

from shop.demo.fates import Fate
from shop.demo.habits import Purchase
from shop.demo.rules import Rules, SeasonalOffer
from shop.demo.source import Ware
from shop.forks import money
from shop.forks.offer.models import ConditionalOffer
from shop.pricing.tax import Taxes, taxes_of
from shop.shipping.models import Method

CURRENCY = settings.OSCAR_DEFAULT_CURRENCY


@dataclass
class Given:
    """What one offer took off, by the line's place in the basket."""

    offer: ConditionalOffer
    is_voucher: bool
    times: int
    per_line: dict[int, Decimal]

    @property
    def amount(self) -> Decimal:
        return sum(self.per_line.values(), money.ZERO)


@dataclass
class Receipt:
    """A basket with every part of its total; amounts are what the shopper saw."""

    lines: tuple[tuple[Ware, int], ...]
    given: list[Given]
    shipping: Decimal
    method: Method
    taxes: Taxes

    def price(self, place: int) -> Decimal:
        ware, units = self.lines[place]
        return ware.price * units

    def total_of(self, place: int) -> Decimal:
        """What the line cost after the offers."""
        return self.price(place) - sum((given.per_line.get(place, money.ZERO) for given in self.given), money.ZERO)

    @property
    def goods(self) -> Decimal:
        return sum((self.total_of(place) for place in range(len(self.lines))), money.ZERO)

    @property
    def totals(self) -> tuple[Decimal, Decimal]:
        """The whole order with tax and without, from the rounded parts as the checkout adds them up."""
        parts = [self.taxes.with_and_without(self.total_of(place), CURRENCY) for place in range(len(self.lines))]
        parts.append(self.taxes.with_and_without(self.shipping, CURRENCY))
        return sum((part[0] for part in parts), money.ZERO), sum((part[1] for part in parts), money.ZERO)


class Till:
    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.taxes = cache(taxes_of)

    def ring_up(self, purchase: Purchase, fate: Fate, with_voucher: bool) -> Receipt:
        """The receipt of a purchase delivered the way its fate says."""
        method = self.rules.methods[fate.delivery]
        given = [self._voucher(purchase)] if with_voucher else list(self._offers(purchase))
        receipt = Receipt(purchase.lines, given, money.ZERO, method, self.taxes(purchase.person.country))
        if method.free_over is None or receipt.goods < method.free_over:
            weight = sum(ware.weight_g * units for ware, units in purchase.lines)
            bands = sorted(method.bands.all(), key=lambda band: (band.up_to_g is None, band.up_to_g))
            receipt.shipping = next((band.price for band in bands if band.holds(weight)), bands[-1].price)
        return receipt

    def _voucher(self, purchase: Purchase) -> Given:
        percent = int(self.rules.voucher_offer.benefit.value)
        return Given(self.rules.voucher_offer, True, 1, _percent_off(purchase, range(len(purchase.lines)), percent))

    def _offers(self, purchase: Purchase) -> Iterable[Given]:
        for seasonal in self.rules.offers:
            places = [place for place, (ware, _units) in enumerate(purchase.lines) if ware.subcategory == seasonal.subcategory]
            if not places or purchase.moment.month not in seasonal.months:
                continue
            times, per_line = self._taken(seasonal, purchase, places)
            if per_line:
                yield Given(seasonal.offer, False, times, per_line)

    def _taken(self, seasonal: SeasonalOffer, purchase: Purchase, places: list[int]) -> tuple[int, dict[int, Decimal]]:
        if seasonal.percent is not None:
            return 1, _percent_off(purchase, places, seasonal.percent)
        return _cheapest_free(purchase, places)


def _percent_off(purchase: Purchase, places: Iterable[int], percent: int) -> dict[int, Decimal]:
    prices = {place: purchase.lines[place][0].price * purchase.lines[place][1] for place in places}
    off = {place: money.rounded_down(price * percent / 100, CURRENCY) for place, price in prices.items()}
    return {place: amount for place, amount in off.items() if amount}


def _cheapest_free(purchase: Purchase, places: list[int]) -> tuple[int, dict[int, Decimal]]:
    """Of every three units the cheapest."""
    units = sorted((purchase.lines[place][0].price, place) for place in places for _unit in range(purchase.lines[place][1]))
    times = len(units) // 3
    per_line: dict[int, Decimal] = {}
    for price, place in units[:times]:
        per_line[place] = per_line.get(place, money.ZERO) + price
    return times, per_line
