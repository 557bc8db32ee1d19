"""What people asked: in the contact form and in the search box; and the words that the merchant has taught the search."""

import random
from datetime import datetime, timedelta

from shop.content.models import Enquiry
from shop.demo import bulk, source
from shop.demo.history import Story
from shop.search import listing
from shop.search.models import Search, Synonym
from shop.search.query import Query

WEEKS = 8


def teach() -> None:
    """Synonyms, before the index is made."""
    Synonym.objects.bulk_create(Synonym(**table) for table in source.read("voices.toml")["synonym"])


def ask(stories: list[Story], now: datetime) -> None:
    """Enquiries, with the number of an order that gives reason for them."""
    rows = []
    for table in source.read("voices.toml")["enquiry"]:
        own = [story for story in stories if story.person.language == table["language"]]
        kinds = {
            "late": [story for story in own if story.fate.is_late],
            "back": [story for story in own if story.fate.refund],
        }
        about = kinds.get(table["about"], [])
        story = (about or own or stories)[-1]
        rows.append(
            Enquiry(
                name=f"{story.person.first_name} {story.person.last_name}",
                email=story.person.email,
                order_number=story.order.number if about else "",
                text=table["text"],
                language=table["language"],
                is_answered=table.get("is_answered", False),
                created_at=now - timedelta(days=table["days"], hours=-11),
            )
        )
    bulk.write(Enquiry, sorted(rows, key=lambda row: row.created_at))


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
