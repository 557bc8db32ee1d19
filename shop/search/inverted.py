"""The inverted index: which word says how much of which product (BM25F, Robertson and Zaragoza 2009, section 3.5).

A posting keeps the saturated frequency of a word over all fields of a product, tf·(k1+1)/(tf+k1) with
tf = Σ weight·count/(1 - b + b·length/average length). How rare the word is comes in when somebody searches.
"""

import io
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db import connection

from shop.search import language as languages
from shop.search.documents import Texts
from shop.search.models import Posting, Word

# field: (weight, b). Titles differ in length for reasons that say little of what the product is.
FIELDS = {
    "title": (3.0, 0.3),
    "makers": (2.0, 0.75),
    "categories": (1.0, 0.3),
    "summary": (1.0, 0.75),
    "description": (1.0, 0.75),
    "attributes": (0.4, 0.75),
}
K1 = 1.6
SKU_WEIGHT = 20.0
SHORTEST_WITH_NEIGHBOURS = 3
LONGEST_WITH_NEIGHBOURS = 24

Lengths = dict[str, float]  # field -> average number of words
Weights = dict[str, float]  # word -> what it says of the product


def average_lengths(texts: Iterable[Texts]) -> Lengths:
    """The mean number of words in each field, over the texts that have the field."""
    totals: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for text in texts:
        for name in FIELDS:
            length = len(languages.words(text.get(name, "")))
            totals[name] += length
            counts[name] += bool(length)
    return {name: totals[name] / counts[name] for name in FIELDS if counts[name]}


def weights(text: Texts, lengths: Lengths) -> Weights:
    """What each word of the texts says of the product."""
    frequencies: dict[str, float] = {}
    for name, (weight, b) in FIELDS.items():
        words = languages.words(text.get(name, ""))
        norm = weight / (1 - b + b * len(words) / lengths.get(name, max(len(words), 1)))
        for word, count in Counter(words).items():
            frequencies[word] = frequencies.get(word, 0) + norm * count
    for code in text.get("sku", "").split():
        frequencies[languages.squeezed(code)] = SKU_WEIGHT
    frequencies.pop("", None)
    return {word: round(tf * (K1 + 1) / (tf + K1), 4) for word, tf in frequencies.items()}


def neighbours(word: str) -> list[str]:
    """The word and what it leaves with any one letter taken out: two words one typing error apart share one of these."""
    if not SHORTEST_WITH_NEIGHBOURS <= len(word) <= LONGEST_WITH_NEIGHBOURS or word.isdigit():
        return []
    return list({word, *(word[:at] + word[at + 1 :] for at in range(len(word)))})


class Writer:
    """Collects the words of many products and writes them with COPY; ids of words are handed out here."""

    def __init__(self) -> None:
        self.ids: dict[tuple[str, str], int] = {}
        self._products: dict[int, array[int]] = defaultdict(lambda: array("q"))
        self._weights: dict[int, array[float]] = defaultdict(lambda: array("f"))

    def add(self, language: str, product_id: int, said: Weights) -> None:
        for word, weight in said.items():
            pk = self.ids.setdefault((language, word), len(self.ids) + 1)
            self._products[pk].append(product_id)
            self._weights[pk].append(weight)

    def replace_everything(self) -> None:
        """In the caller's transaction: readers see the old index until it commits."""
        words, postings = io.StringIO(), io.StringIO()
        for (language, word), pk in self.ids.items():
            near = ",".join(neighbours(word))
            words.write(f"{pk}\t{language}\t{word}\t{languages.stem(word, language)}\t{len(self._products[pk])}\t{{{near}}}\n")
            # Word by word: what a search reads stands together in the table.
            for product, weight in zip(self._products[pk], self._weights[pk], strict=True):
                postings.write(f"{pk}\t{product}\t{weight:.4f}\n")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_posting")
            cursor.execute("DELETE FROM search_word")
            _copy(cursor, "search_word (id, language, text, stem, documents, neighbours)", words)
            _copy(cursor, "search_posting (word_id, product_id, weight)", postings)
            cursor.execute("SELECT setval(pg_get_serial_sequence('search_word', 'id'), %s)", [len(self.ids) + 1])
            cursor.execute("ANALYZE search_word, search_posting")


def _copy(cursor: object, into: str, rows: io.StringIO) -> None:
    rows.seek(0)
    cursor.copy_expert(f"COPY {into} FROM STDIN", rows)  # type: ignore[attr-defined]  # constants of this module only


def update(products: dict[int, dict[str, Weights]]) -> None:
    """Replace what is said of these products: {product id: {language: weights}}; an empty dict takes a product out."""
    before = Counter(Posting.objects.filter(product_id__in=products).values_list("word_id", flat=True))
    Posting.objects.filter(product_id__in=products).delete()
    pairs = {(language, word) for said in products.values() for language, weights_ in said.items() for word in weights_}
    ids = _word_ids(pairs)
    rows = [
        Posting(word_id=ids[language, word], product_id=pk, weight=weight)
        for pk, said in products.items()
        for language, weights_ in said.items()
        for word, weight in weights_.items()
    ]
    Posting.objects.bulk_create(rows, batch_size=5000)
    after = Counter(row.word_id for row in rows)
    _count({word: after[word] - before[word] for word in before.keys() | after.keys()})


def _word_ids(pairs: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    new = [
        Word(language=language, text=word, stem=languages.stem(word, language), neighbours=neighbours(word))
        for language, word in sorted(pairs)
    ]
    Word.objects.bulk_create(new, ignore_conflicts=True, batch_size=2000)
    found: dict[tuple[str, str], int] = {}
    for language in {language for language, _ in pairs}:
        texts = [word for code, word in pairs if code == language]
        rows = Word.objects.filter(language=language, text__in=texts).values_list("text", "pk")
        found.update({(language, text): pk for text, pk in rows})
    return found


def _count(changes: dict[int, int]) -> None:
    """Add to the words' document counts."""
    moved = [(word, by) for word, by in changes.items() if by]
    if not moved:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE search_word w SET documents = greatest(0, w.documents + c.by)"
            " FROM unnest(%s::bigint[], %s::int[]) AS c(id, by) WHERE w.id = c.id",
            [[word for word, _ in moved], [by for _, by in moved]],
        )
