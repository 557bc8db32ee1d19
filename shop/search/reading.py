"""What a typed query means: for each of its words, the words of the catalogue that answer to it and how well."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from math import log

from django.db.models import Q

from shop.search import language as languages
from shop.search import spelling, synonyms
from shop.search.models import Word
from shop.search.synonyms import Phrase

MOST_WORDS = 12
OTHER_FORM = 0.8  # of the same word
SYNONYM = 0.9
GUESSED = 0.8
DOUBTED = 0.4  # another word, where the one typed exists but is rare beside it
RARE = 30  # times more products that have the other word
JOINED = 0.5


Place = list[tuple[int, float]]  # words that fill it: (id, boost)
Way = list[Place]  # one way to answer a slot: all its places are filled
Answers = tuple[int, list[Way]]  # how many typed words a slot takes, and its ways


@dataclass(frozen=True)
class Term:
    """One word of one way to answer a slot; all `size` words of the way must be there."""

    slot: int
    way: int
    place: int
    size: int
    word: int
    boost: float


@dataclass
class Reading:
    """A query understood. Empty `terms`: nothing in the catalogue is called so."""

    language: str
    slots: int = 0
    terms: list[Term] = field(default_factory=list)
    corrected: str = ""  # the query with guesses in place of unknown words; empty where none was needed
    unknown: list[str] = field(default_factory=list)


@dataclass
class _Typed:
    language: str
    words: list[str]
    is_retyped: bool = False

    def stem(self, word: str) -> str:
        return languages.stem(word, self.language)


class _Vocabulary:
    """The words of the catalogue that the query may need, fetched by stem."""

    def __init__(self, listings: int) -> None:
        self._listings = max(listings, 1)
        self._forms: dict[tuple[str, str], dict[str, tuple[int, int]]] = defaultdict(
            dict
        )  # (language, stem): text: (id, documents)
        self._asked: set[tuple[str, str]] = set()

    def fetch(self, stems: Iterable[tuple[str, str]]) -> None:
        """All forms of these (language, stem) pairs, in one query."""
        wanted = set(stems) - self._asked
        self._asked |= wanted
        by_language = defaultdict(list)
        for language, stem in wanted:
            by_language[language].append(stem)
        if not by_language:
            return
        where = Q()
        for language, some in by_language.items():
            where |= Q(language=language, stem__in=some)
        rows = Word.objects.filter(where, documents__gt=0).values_list("language", "stem", "text", "pk", "documents")
        for language, stem, text, pk, documents in rows:
            self._forms[language, stem][text] = (pk, documents)

    def has(self, language: str, stem: str) -> bool:
        return bool(self._forms.get((language, stem)))

    def documents(self, language: str, stem: str) -> int:
        return sum(documents for _pk, documents in self._forms.get((language, stem), {}).values())

    def rarity(self, language: str, stem: str) -> float:
        """The inverse document frequency."""
        found = min(self.documents(language, stem), self._listings)
        return log(1 + (self._listings - found + 0.5) / (found + 0.5))

    def words(self, language: str, stem: str, exact: str = "") -> list[tuple[int, float]]:
        """(word id, boost) for each form; the boost has the rarity of the stem (inverse document frequency) in it."""
        rarity = self.rarity(language, stem)
        forms = self._forms.get((language, stem), {})
        return [(pk, rarity * (1 if text == exact or not exact else OTHER_FORM)) for text, (pk, _documents) in forms.items()]


def understood(text: str, language: str, *, stamp: str, listings: int) -> Reading:
    """The best reading of what was typed on a page in `language`: in it, in another one, or with the keyboard switched."""
    vocabulary = _Vocabulary(listings)
    candidates = _candidates(text, language)
    if not candidates:
        return Reading(language)
    vocabulary.fetch((one.language, one.stem(word)) for one in candidates for word in _lookups(one.words))
    chosen = max(candidates, key=lambda one: _known(one, vocabulary))  # the first of equals
    if not _known(chosen, vocabulary):
        chosen = candidates[0]
    return _Reader(chosen, vocabulary, synonyms.known(chosen.language, stamp)).read()


def _candidates(text: str, language: str) -> list[_Typed]:
    order = [language, *(code for code in languages.LANGUAGES if code != language)]
    found = [_Typed(code, _without_empty(languages.spoken(text), code)) for code in order]
    for other in languages.retyped(text):
        found += [_Typed(code, _without_empty(languages.spoken(other), code), is_retyped=True) for code in order]
    return [one for one in found if one.words]


def _without_empty(words: list[str], language: str) -> list[str]:
    full = [word for word in words if word not in languages.EMPTY_WORDS.get(language, ())]
    return (full or words)[:MOST_WORDS]


def _lookups(words: list[str]) -> list[str]:
    """The words, neighbours written as one, and the whole as a stock number."""
    return [
        *words,
        *(one + other for one, other in pairwise(words)),
        "".join(words)[: languages.LONGEST_WORD],
    ]


def _known(typed: _Typed, vocabulary: _Vocabulary) -> float:
    """The share of words that the catalogue has."""
    known = sum(vocabulary.has(typed.language, typed.stem(word)) for word in typed.words)
    whole = len(typed.words) > 1 and vocabulary.has(typed.language, typed.stem("".join(typed.words)))
    return max(known / len(typed.words), float(whole))


class _Reader:
    """Makes slots of words: each slot has one or more ways to be answered."""

    def __init__(self, typed: _Typed, vocabulary: _Vocabulary, known_synonyms: dict[Phrase, list[Phrase]]) -> None:
        self._typed = typed
        self._language = typed.language
        self._vocabulary = vocabulary
        self._synonyms = known_synonyms
        self._stems = [typed.stem(word) for word in typed.words]
        self._reading = Reading(self._language)
        self._said = list(typed.words)

    def read(self) -> Reading:
        words = self._typed.words
        doubted = [word for word, stem in zip(words, self._stems, strict=True) if self._is_doubtful(word, stem)]
        guesses = spelling.guesses(doubted, self._language)
        halves = _halves(doubted)
        meant = [phrase for phrases in self._synonyms.values() for phrase in phrases] if self._synonyms else []
        self._vocabulary.fetch(
            (self._language, stem)
            for stem in [
                *(guess.stem for some in guesses.values() for guess in some),
                *(self._typed.stem(half) for pair in halves for half in pair),
                *(stem for phrase in meant if self._is_asked(phrase) for stem in phrase),
            ]
        )
        at = 0
        while at < len(words):
            length, ways = self._answers(at, guesses, halves)
            self._add_slot(ways)
            at += length
        if self._typed.is_retyped or self._said != words:
            self._reading.corrected = " ".join(self._said)
        return self._reading

    def _is_doubtful(self, word: str, stem: str) -> bool:
        """Unknown words, and rare ones that may be a slip; numbers are taken as they are."""
        documents = self._vocabulary.documents(self._language, stem)
        return not word.isdigit() and (not documents or (len(word) > 2 and word.isalpha() and documents <= 100))

    def _is_asked(self, phrase: Phrase) -> bool:
        stems = tuple(self._stems)
        return any(
            phrase in phrases
            for said, phrases in self._synonyms.items()
            if any(stems[at : at + len(said)] == said for at in range(len(stems)))
        )

    def _answers(self, at: int, guesses: dict[str, list[spelling.Guess]], halves: list[tuple[str, str]]) -> Answers:
        """How many words the slot takes, and its ways: each a list of places, each place the words that fill it."""
        stems = tuple(self._stems[at:])
        for said in sorted((said for said in self._synonyms if stems[: len(said)] == said), key=len, reverse=True):
            ways = [self._way(said, 1.0, exact=self._typed.words[at : at + len(said)])]
            ways += [self._way(phrase, SYNONYM) for phrase in self._synonyms[said]]
            return len(said), [way for way in ways if way]
        return 1, [*self._word_ways(at, guesses.get(self._typed.words[at], []), halves), *self._joined(at)]

    def _joined(self, at: int) -> list[Way]:
        """The word run together with its neighbours, as the catalogue may write it: `head phones`, `TEA-ASSAM-G50`."""
        words = self._typed.words
        runs = {(max(0, at - 1), at + 1), (at, at + 2), (0, len(words))}
        texts = ["".join(words[start:end]) for start, end in runs if end - start > 1 and end <= len(words)]
        stems = [(self._typed.stem(text), text) for text in texts]
        most = self._vocabulary.rarity(self._language, self._stems[at])  # a rare joined word must not outweigh the query
        return [
            [[(pk, JOINED * min(weight, most)) for pk, weight in self._vocabulary.words(self._language, stem, text)]]
            for stem, text in stems
            if self._vocabulary.has(self._language, stem)
        ]

    def _word_ways(self, at: int, guesses: list[spelling.Guess], halves: list[tuple[str, str]]) -> list[Way]:
        word, stem = self._typed.words[at], self._stems[at]
        own = self._way((stem,), 1.0, exact=[word])
        if own:
            documents = self._vocabulary.documents(self._language, stem)
            likelier = [one for one in guesses if self._vocabulary.documents(self._language, one.stem) > RARE * documents]
            return [own, *(self._way((one.stem,), DOUBTED * one.likelihood) for one in likelier if one.stem != stem)]
        split = [
            pair
            for pair in halves
            if "".join(pair) == word and all(self._vocabulary.has(self._language, self._typed.stem(h)) for h in pair)
        ]
        ways = [self._way((one.stem,), GUESSED * one.likelihood**2) for one in guesses]
        ways += [self._way(tuple(self._typed.stem(half) for half in pair), GUESSED, exact=list(pair)) for pair in split]
        place = self._said.index(word)
        if self._joined(at):
            return []
        if guesses or split:
            self._said[place] = guesses[0].text if guesses else " ".join(split[0])
        else:
            self._reading.unknown.append(word)
        return [way for way in ways if way]

    def _way(self, phrase: Phrase, boost: float, exact: list[str] | None = None) -> Way:
        """The places of a phrase with the words that fill each; empty where the catalogue lacks one of them."""
        places = [
            [(pk, weight * boost) for pk, weight in self._vocabulary.words(self._language, stem, exact[n] if exact else "")]
            for n, stem in enumerate(phrase)
        ]
        return places if all(places) else []

    def _add_slot(self, ways: list[Way]) -> None:
        slot = self._reading.slots
        self._reading.slots += 1
        for number, places in enumerate(ways):
            for place, words in enumerate(places):
                for word, boost in words:
                    self._reading.terms.append(Term(slot, number, place, len(places), word, boost))


def _halves(words: list[str]) -> list[tuple[str, str]]:
    """Each way to cut the words in two, for those written without their space."""
    return [(word[:at], word[at:]) for word in words if word.isalpha() for at in range(3, len(word) - 2)]
