"""Remembers what was searched for and how much was found: what to name better, what to stock, which synonyms to write."""

import re

from shop.search.models import Search
from shop.search.reading import Reading

_SOMEBODY = re.compile(r"@|(?:\d[\s().-]?){7,}")  # addresses and telephone numbers typed into the wrong box


def record(text: str, language: str, results: int, reading: Reading | None) -> None:
    """One row, without a word about who asked; nothing that looks like an address or a number of somebody."""
    asked = " ".join(text.casefold().split())[:100]
    if asked and not _SOMEBODY.search(asked):
        Search.objects.create(
            text=asked, language=language, results=results, corrected=reading.corrected[:100] if reading else ""
        )
