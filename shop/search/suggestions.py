"""What the search box offers while somebody types: products, categories, and searches of others that found something."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Max
from django.utils import timezone

from shop.content.identity import MenuItem
from shop.search import branches, listing
from shop.search.cards import Card
from shop.search.models import Search
from shop.search.query import Query

PRODUCTS, CATEGORIES, SEARCHES = 5, 3, 3
SHORTEST = 2
ASKED_WITHIN = timedelta(days=60)
ASKED_OFTEN = 3  # times, before strangers see it


@dataclass
class Suggestions:
    """Ready for components/suggestions.html; empty where nothing fits."""

    text: str
    cards: list[Card] = field(default_factory=list)
    categories: list[MenuItem] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)
    corrected: str = ""
    total: int = 0

    def __bool__(self) -> bool:
        return bool(self.cards or self.categories or self.searches)


def for_text(text: str, language: str) -> Suggestions:
    """The best few of the search as far as it is typed; the last word may be unfinished."""
    text = " ".join(text.split())
    if len(text) < SHORTEST:
        return Suggestions(text)
    results = listing.find(Query(text=text, is_unfinished=True), language)
    common = sorted(results.counts.categories.items(), key=lambda pair: -pair[1])[:CATEGORIES]
    return Suggestions(
        text,
        cards=results.cards[:PRODUCTS],
        categories=[item for pk, _count in common if (item := branches.named(pk))],
        searches=_asked_before(text, language),
        corrected=results.reading.corrected if results.reading else "",
        total=results.total,
    )


def _asked_before(text: str, language: str) -> list[str]:
    start = text.casefold().replace("\\", "").replace("%", "").replace("_", "")
    rows = Search.objects.filter(
        language=language, text__startswith=start, happened_at__gt=timezone.now() - ASKED_WITHIN, corrected="", results__gt=0
    ).exclude(text=start)
    often = rows.values("text").annotate(times=Count("pk"), last=Max("happened_at")).filter(times__gte=ASKED_OFTEN)
    return [row["text"] for row in often.order_by("-times", "-last")[:SEARCHES]]
