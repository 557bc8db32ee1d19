"""What a typed query means: for each of its words, the words of the catalogue that answer to it and how well."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from shop.search import language as languages
from shop.search import spelling, synonyms
from shop.search.spelling import Guess
from shop.search.synonyms import Phrase
from shop.search.vocabulary import Vocabulary, Way

MOST_WORDS = 12

# How much an answer is worth beside the very word that was typed (measured in tests/shop/search/test_relevance.py)
SYNONYM = 0.9
GUESSED = 0.8
FINISHED = 0.8  # a word that begins as the last one typed
JOINED = 0.8
DOUBTED = 0.4  # another word, where the one typed exists but is rare beside it

RARE = 30  # times more products have the other word
OFTEN = 100  # products with a word that nobody doubts


@dataclass(frozen=True)
class Term:
    """One word of one way to answer a slot; the way needs all its `size` places filled."""

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

    def add(self, ways: list[Way]) -> None:
        """Another word of the query with the ways to answer it."""
        for number, way in enumerate(ways):
            for place, words in enumerate(way):
                self.terms += [Term(self.slots, number, place, len(way), word, boost) for word, boost in words]
        self.slots += 1


@dataclass
class _Typed:
    language: str
    words: list[str]
    is_retyped: bool = False  # as it would read with the keyboard switched

    def stem(self, word: str) -> str:
        return languages.stem(word, self.language)


def understood(text: str, language: str, *, stamp: str, listings: int, is_unfinished: bool = False) -> Reading:
    """The best reading of what was typed on a page in `language`: in it, in another one, or with the keyboard switched."""
    vocabulary = Vocabulary(listings)
    candidates = _candidates(text, language)
    if not candidates:
        return Reading(language)
    vocabulary.fetch((one.language, one.stem(word)) for one in candidates for word in _lookups(one.words))
    here = candidates[0]
    endings = spelling.beginning_with(here.words[-1], here.language) if is_unfinished else []
    if endings and all(vocabulary.has(here.language, here.stem(word)) for word in here.words[:-1]):
        chosen = here  # what is being typed may become a word of this page's language: think of no other yet
    else:
        chosen = max(candidates, key=lambda one: _known(one, vocabulary))  # the first of equals
    return _Reader(chosen, vocabulary, synonyms.known(chosen.language, stamp), endings if chosen is here else []).read()


def _candidates(text: str, language: str) -> list[_Typed]:
    order = [language, *(code for code in languages.LANGUAGES if code != language)]
    found = [_Typed(code, _without_empty(languages.spoken(text), code)) for code in order]
    for other in languages.retyped(text):
        found += [_Typed(code, _without_empty(languages.spoken(other), code), is_retyped=True) for code in order]
    return [one for one in found if one.words]


def _without_empty(words: list[str], language: str) -> list[str]:
    full = [word for word in words if word not in languages.EMPTY_WORDS.get(language, ())]
    return (full or words)[:MOST_WORDS]


def _whole(words: list[str]) -> str:
    return "".join(words)[: languages.LONGEST_WORD]


def _lookups(words: list[str]) -> list[str]:
    """The words, neighbours written as one, and the whole as a stock number."""
    return [*words, *(one + other for one, other in pairwise(words)), _whole(words)]


def _known(typed: _Typed, vocabulary: Vocabulary) -> float:
    """The share of words that the catalogue has."""
    known = sum(vocabulary.has(typed.language, typed.stem(word)) for word in typed.words)
    is_code = vocabulary.has(typed.language, typed.stem(_whole(typed.words)))
    return max(known / len(typed.words), float(is_code))


class _Reader:
    """Goes through the words and collects the ways to answer each."""

    def __init__(self, typed: _Typed, vocabulary: Vocabulary, known: dict[Phrase, list[Phrase]], endings: list[Guess]) -> None:
        self.typed = typed
        self.vocabulary = vocabulary
        self.synonyms = known
        self.stems = [typed.stem(word) for word in typed.words]
        self.said = list(typed.words)
        self.reading = Reading(typed.language)
        self.endings = endings  # what the last word may become
        doubted = [word for at, word in enumerate(typed.words) if self._is_doubtful(at)]
        self.guesses = spelling.guesses(doubted, typed.language)
        self.halves = {word: _halves(word) for word in doubted}
        self._fetch_what_may_be_meant()

    def read(self) -> Reading:
        words = self.typed.words
        at = 0
        while at < len(words):
            phrase = self._synonymous(at)
            if phrase:
                exact = words[at : at + len(phrase)]
                self.reading.add(_real([self._way(phrase, exact), *self._ways(self.synonyms[phrase], SYNONYM)]))
            else:
                self.reading.add(_real([*self._answers(at), *self._joined(at)]))
            at += len(phrase) or 1
        if self.typed.is_retyped or self.said != words:
            self.reading.corrected = " ".join(self.said)
        return self.reading

    def _is_doubtful(self, at: int) -> bool:
        """Unknown words, and rare ones that may be a slip; numbers are taken as they are, and so is what is being typed."""
        word, documents = self.typed.words[at], self.vocabulary.documents(self.typed.language, self.stems[at])
        if word.isdigit() or (self.endings and at == len(self.stems) - 1):
            return False
        return not documents or (len(word) > 2 and word.isalpha() and documents <= OFTEN)

    def _fetch_what_may_be_meant(self) -> None:
        guessed = [guess.stem for some in self.guesses.values() for guess in some]
        halves = [self.typed.stem(half) for pairs in self.halves.values() for pair in pairs for half in pair]
        phrases = [phrase for at in range(len(self.stems)) for phrase in self.synonyms.get(self._synonymous(at), [])]
        stems = [*guessed, *halves, *(stem for phrase in phrases for stem in phrase), *(one.stem for one in self.endings)]
        self.vocabulary.fetch((self.typed.language, stem) for stem in stems)

    def _synonymous(self, at: int) -> Phrase:
        """The longest phrase with synonyms that begins here; empty where none does."""
        starts = (phrase for phrase in self.synonyms if tuple(self.stems[at : at + len(phrase)]) == phrase)
        return max(starts, key=len, default=())

    def _answers(self, at: int) -> list[Way]:
        word = self.typed.words[at]
        own = self._way((self.stems[at],), [word])
        guesses = self.guesses.get(word, [])
        if self.endings and at == len(self.stems) - 1:
            return [own, *self._finished()]
        if own:
            return [own, *(self._way((one.stem,), boost=DOUBTED * one.likelihood) for one in self._likelier(at, guesses))]
        joined = self._joined(at)
        pairs = [pair for pair in self.halves.get(word, []) if self._way(self._stems_of(pair))]
        if not joined:
            self._correct(at, guesses, pairs)
        ways = [self._way((one.stem,), boost=GUESSED * one.likelihood**2) for one in guesses] if not joined else []
        return [*ways, *(self._way(self._stems_of(pair), list(pair), boost=GUESSED) for pair in pairs)]

    def _finished(self) -> list[Way]:
        """What the last word may become. However rare an ending is, it was not what was asked for: all weigh alike."""
        language, stems = self.typed.language, [one.stem for one in self.endings]
        least = min(self.vocabulary.rarity(language, stem) for stem in stems)
        return [[self.vocabulary.place(language, stem, boost=FINISHED, at_most=least)] for stem in stems]

    def _likelier(self, at: int, guesses: list[Guess]) -> list[Guess]:
        language, stem = self.typed.language, self.stems[at]
        least = RARE * self.vocabulary.documents(language, stem)
        return [one for one in guesses if one.stem != stem and self.vocabulary.documents(language, one.stem) > least]

    def _correct(self, at: int, guesses: list[Guess], pairs: list[tuple[str, str]]) -> None:
        if guesses:
            self.said[at] = guesses[0].text
        elif pairs:
            self.said[at] = " ".join(pairs[0])
        else:
            self.reading.unknown.append(self.typed.words[at])

    def _joined(self, at: int) -> list[Way]:
        """The word run together with its neighbours, as the catalogue may write it: `head phones`, `TEA-ASSAM-G50`."""
        words, language = self.typed.words, self.typed.language
        runs = {(max(0, at - 1), at + 1), (at, min(len(words), at + 2)), (0, len(words))}
        texts = {_whole(words[start:end]) for start, end in runs if end - start > 1}
        most = self.vocabulary.rarity(language, self.stems[at])  # a rare joined word must not outweigh the query
        stems = [(text, self.typed.stem(text)) for text in sorted(texts)]
        return _real([[self.vocabulary.place(language, stem, boost=JOINED, exact=text, at_most=most)] for text, stem in stems])

    def _ways(self, phrases: Sequence[Phrase], boost: float) -> list[Way]:
        return [self._way(phrase, boost=boost) for phrase in phrases]

    def _way(self, phrase: Phrase, exact: list[str] | None = None, *, boost: float = 1.0) -> Way:
        """The places of a phrase with the words that fill each; empty where the catalogue lacks one of them."""
        language = self.typed.language
        places = [
            self.vocabulary.place(language, stem, boost=boost, exact=exact[at] if exact else "")
            for at, stem in enumerate(phrase)
        ]
        return places if all(places) else []

    def _stems_of(self, pair: tuple[str, str]) -> Phrase:
        return tuple(self.typed.stem(half) for half in pair)


def _real(ways: list[Way]) -> list[Way]:
    """Those that have words in the catalogue."""
    return [way for way in ways if way and all(way)]


def _halves(word: str) -> list[tuple[str, str]]:
    """Each way to cut a word in two, should its space be missing."""
    return [(word[:at], word[at:]) for at in range(3, len(word) - 2)] if word.isalpha() else []
