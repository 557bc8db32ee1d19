"""Which words of the catalogue somebody may have meant by a word that it does not have."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log1p
from typing import Any

from django.db import connection

from shop.search.inverted import neighbours
from shop.search.language import EMPTY_WORDS

MOST = 6  # guesses for a word
LONG = 7  # letters from which two mistakes in a word are thought of
SHORTEST_BEGINNING = 2


@dataclass(frozen=True)
class Guess:
    """A word of the catalogue that may have been meant, and how likely beside the best guess: 0 to 1."""

    text: str
    stem: str
    likelihood: float


def guesses(words: Iterable[str], language: str) -> dict[str, list[Guess]]:
    """For each word those one typing error away, best first; else those that begin so; else, for long ones, two errors away."""
    wanted = {word: neighbours(word) for word in words}
    wanted = {word: near for word, near in wanted.items() if near}
    if not wanted:
        return {}
    empty = EMPTY_WORDS.get(language, frozenset())
    rows = [row for row in _near(language, sorted({part for near in wanted.values() for part in near})) if row[0] not in empty]
    found = {word: _ranked(row for row in rows if row[0] != word and is_one_edit(word, row[0])) for word in wanted}
    for word in wanted:
        if not found[word]:
            found[word] = beginning_with(word, language) or _ranked(_similar(language, word))
    return found


def is_one_edit(typed: str, word: str) -> bool:
    """Whether one letter changed, left out, put in, or swapped with the next makes one word of the other."""
    if abs(len(typed) - len(word)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), min(len(typed), len(word)))
    rest, other = typed[start:], word[start:]
    if len(rest) == len(other):
        return rest[1:] == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    return rest[1:] == other or rest == other[1:]


def _ranked(rows: Iterable[tuple[str, str, int]]) -> list[Guess]:
    """Frequent words first, one of each stem."""
    best: dict[str, tuple[str, int]] = {}
    for text, stem, documents in rows:
        if stem not in best or documents > best[stem][1]:
            best[stem] = (text, documents)
    order = sorted(best.items(), key=lambda item: -item[1][1])[:MOST]
    return [Guess(text, stem, log1p(documents) / log1p(order[0][1][1])) for stem, (text, documents) in order]


def _near(language: str, parts: list[str]) -> list[tuple[str, str, int]]:
    return _fetched(
        "SELECT text, stem, documents FROM search_word WHERE neighbours && %s::varchar[] AND language = %s AND documents > 0",
        [parts, language],
    )


def beginning_with(start: str, language: str) -> list[Guess]:
    """The most frequent words that begin so."""
    if len(start) < SHORTEST_BEGINNING:
        return []
    rows = _fetched(
        "SELECT text, stem, documents FROM search_word WHERE language = %s AND text LIKE %s AND documents > 0"
        " AND (text !~ '[0-9]' OR %s) ORDER BY documents DESC, text LIMIT %s",  # stock numbers only for those who type one
        [language, f"{start}%", not start.isalpha(), 3 * MOST],  # folded words have no % and no _
    )
    return _ranked(row for row in rows if row[0] not in EMPTY_WORDS.get(language, ()))


def _similar(language: str, word: str) -> list[tuple[str, str, int]]:
    """Those with the same first letter: it is rarely wrong, and it keeps the search small."""
    if len(word) < LONG:
        return []
    return _fetched(
        "SELECT text, stem, documents FROM search_word WHERE language = %s AND text LIKE %s AND documents > 0"
        " AND abs(length(text) - %s) <= 2 AND levenshtein_less_equal(text, %s, 2) <= 2",
        [language, f"{word[0]}%", len(word), word],
    )


def _fetched(sql: str, parameters: list[Any]) -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
