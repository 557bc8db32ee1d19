"""The offers of the shop, compiled once for each process: a basket pays only for those that may touch its products."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Q
from django.utils import timezone

from shop.forks.offer.models import Benefit, Condition, ConditionalOffer
from shop.pricing import ranges
from shop.pricing.ranges import Ids, Places, Span
from shop.rules.kept import Kept

Rule = TypeVar("Rule", Condition, Benefit)

TABLES = (
    "offer_conditionaloffer",
    "offer_condition",
    "offer_benefit",
    "offer_range",
    "offer_range_classes",
    "offer_range_included_categories",
    "offer_range_excluded_categories",
    "catalogue_category",
)
PARTNERS = "offer_conditionaloffer_combinations"
# Nothing to give without goods.
ON_GOODS = (Benefit.PERCENTAGE, Benefit.FIXED, Benefit.FIXED_UNIT, Benefit.MULTIBUY, Benefit.FIXED_PRICE, Benefit.BUNDLE)


@dataclass(frozen=True)
class Live:
    """An offer with its condition and benefit as the classes that know how to work, and the ranges of both.

    Shared by all baskets of the process, so never applied itself: `for_basket` makes the copy that is. How often it has
    been used and what it has given are not known here.
    """

    offer: ConditionalOffer
    condition_span: Span | None
    benefit_span: Span | None

    @property
    def spans(self) -> list[Span]:
        return [span for span in (self.condition_span, self.benefit_span) if span]

    def is_on(self, moment: datetime) -> bool:
        start, end = self.offer.start_datetime, self.offer.end_datetime
        return (start is None or start <= moment) and (end is None or end >= moment) and self.offer.is_hour(moment)

    def may_touch(self, places: Places) -> bool:
        """Whether it may give anything to a basket of these products."""
        condition, benefit = self.offer.condition, self.offer.benefit
        # A condition that asks for nothing is met by nothing.
        asks = self.condition_span and not condition.proxy_class and (condition.value or 0) > 0
        gives = self.benefit_span and not benefit.proxy_class and benefit.type in ON_GOODS
        return not (
            (asks and not places.may_hold(self.condition_span)) or (gives and not places.may_hold(self.benefit_span))  # type: ignore[arg-type]
        )

    def for_basket(self, places: Places) -> ConditionalOffer:
        """The offer for one basket, knowing which of its products are in its ranges."""
        offer = copy(self.offer)
        barred = places.reduced if offer.skips_reduced else ranges.NONE
        offer.condition = _with_members(offer.condition, self.condition_span, places, barred)
        offer.benefit = _with_members(offer.benefit, self.benefit_span, places, barred)
        return offer


def _with_members(rule: Rule, span: Span | None, places: Places, barred: Ids) -> Rule:
    worker = copy(rule)
    if span:
        worker.range = copy(span.range)
        if not span.range.proxy_class:
            worker.range.members = places.members(span) - barred
    return worker


def running() -> list[Live]:
    """The shop's own offers that are on now, the highest priority first. No query while the merchant changes nothing."""
    now = timezone.now()
    return [one for one in _site_offers() if one.is_on(now)]


def of_vouchers(offer_ids: Iterable[int]) -> list[Live]:
    """The offers that vouchers bring along; their days are those of the vouchers, their hours their own."""
    now = timezone.now()
    return [one for one in compiled(Q(pk__in=set(offer_ids))) if one.offer.is_hour(now)]


def compiled(which: Q, *, even_suspended: bool = False) -> list[Live]:
    """Offers with all that applying them needs, whatever their times say."""
    rows = ConditionalOffer.objects.filter(which)
    rows = rows if even_suspended else rows.exclude(status=ConditionalOffer.SUSPENDED)
    offers = list(rows.select_related("condition", "benefit").order_by("-priority", "pk"))
    if not offers:
        return []
    spans = ranges.compiled(rule.range_id for offer in offers for rule in (offer.condition, offer.benefit) if rule.range_id)
    _fill_in_partners(offers)
    return [_live(offer, spans) for offer in offers]


def _live(offer: ConditionalOffer, spans: dict[int, Span]) -> Live:
    found = [spans.get(rule.range_id or 0) for rule in (offer.condition, offer.benefit)]
    offer.condition, offer.benefit = _worker(offer.condition, found[0]), _worker(offer.benefit, found[1])
    return Live(offer, *found)


def _worker(rule: Rule, span: Span | None) -> Rule:
    worker: Rule = rule.proxy()
    if span:
        worker.range = span.range
    return worker


def _fill_in_partners(offers: Sequence[ConditionalOffer]) -> None:
    if all(offer.exclusive for offer in offers):
        return
    naming, partners = _partners()
    for offer in offers:
        offer.names_partners = offer.pk in naming
        offer.partner_ids = frozenset(partners.get(offer.pk, ()))


def _read_partners() -> tuple[set[int], dict[int, set[int]]]:
    """The offers that name partners, and the partners of each, whoever named whom."""
    partners: dict[int, set[int]] = defaultdict(set)
    naming = set()
    through = ConditionalOffer.combinations.through.objects
    for one, other in through.values_list("from_conditionaloffer_id", "to_conditionaloffer_id"):
        partners[one].add(other)
        partners[other].add(one)
        naming.add(one)
    return naming, partners


_partners = Kept(_read_partners, PARTNERS)
_site_offers = Kept(lambda: compiled(Q(offer_type=ConditionalOffer.SITE)), *TABLES, PARTNERS)
