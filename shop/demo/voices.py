"""What people asked in the search box, and the words that the merchant has taught the search."""

import random
from datetime import datetime, timedelta

from shop.demo import bulk, source
from shop.search import listing
from shop.search.models import Search, Synonym
from shop.search.query import Query

WEEKS = 8


def teach() -> None:
    """Synonyms, before the index is made."""
    Synonym.objects.bulk_create(Synonym(**table) for table in source.read("voices.toml")["synonym"])


def search(now: datetime, seed: int) -> int:
    """The log of searches of the last weeks, with what each finds now; returns how many."""
    chance = random.Random(f"{seed} searches")
    rows = []
    for language, searches in source.read("voices.toml")["searches"].items():
        for text, times in searches.items():
            found = listing.find(Query(text=text), language)
            for _time in range(times):
                moment = now - timedelta(days=chance.uniform(0, WEEKS * 7))
                corrected = found.reading.corrected[:100] if found.reading else ""
                rows.append(Search(text=text, language=language, results=found.total, corrected=corrected, happened_at=moment))
    bulk.write(Search, sorted(rows, key=lambda row: row.happened_at))
    return len(rows)
