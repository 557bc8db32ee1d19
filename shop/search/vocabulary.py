"""The words of the catalogue that one query may need, fetched by stem."""

from collections import defaultdict
from collections.abc import Iterable
from math import log

from django.db.models import Q

from shop.search.models import Word

OTHER_FORM = 0.8  # of the same word, beside the very form that was typed

Place = list[tuple[int, float]]  # words that fill a place of a phrase: (id, boost)
Way = list[Place]  # one way to answer: all its places are filled


class Vocabulary:
    """Knows nothing until it is told what to fetch; then answers without queries."""

    def __init__(self, listings: int) -> None:
        self._listings = max(listings, 1)
        self._asked: set[tuple[str, str]] = set()
        # (language, stem): {form: (id, products that have it)}
        self._forms: dict[tuple[str, str], dict[str, tuple[int, int]]] = defaultdict(dict)

    def fetch(self, stems: Iterable[tuple[str, str]]) -> None:
        """All forms of these (language, stem) pairs, in one query."""
        wanted = set(stems) - self._asked
        if not wanted:
            return
        self._asked |= wanted
        where = Q()
        for language in {language for language, _stem in wanted}:
            where |= Q(language=language, stem__in=[stem for code, stem in wanted if code == language])
        rows = Word.objects.filter(where, documents__gt=0).values_list("language", "stem", "text", "pk", "documents")
        for language, stem, text, pk, documents in rows:
            self._forms[language, stem][text] = (pk, documents)

    def has(self, language: str, stem: str) -> bool:
        return bool(self._forms.get((language, stem)))

    def documents(self, language: str, stem: str) -> int:
        """Products with any form of the stem; those with several forms count as often."""
        return sum(documents for _pk, documents in self._forms.get((language, stem), {}).values())

    def rarity(self, language: str, stem: str) -> float:
        """The inverse document frequency of the stem."""
        found = min(self.documents(language, stem), self._listings)
        return log(1 + (self._listings - found + 0.5) / (found + 0.5))

    def place(self, language: str, stem: str, *, boost: float = 1.0, exact: str = "", at_most: float = 1e9) -> Place:
        """The forms of a stem, each with the stem's rarity (`at_most` so much of it) times the boost."""
        rarity = min(self.rarity(language, stem), at_most) * boost
        forms = self._forms.get((language, stem), {})
        return [(pk, rarity * (1 if exact in ("", text) else OTHER_FORM)) for text, (pk, _documents) in forms.items()]
