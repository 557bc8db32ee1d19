"""Words of a text, as the index and the queries both see them: folded, cut, and with the stem that their forms share."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

import snowballstemmer
from django.conf import settings

from shop.search import romanian, russian, ukrainian

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
LONGEST_WORD = 40

_OWN = {"uk": ukrainian.stem, "ru": russian.stem, "ro": romanian.stem}
_SNOWBALL = {"en": "english", "de": "german", "fr": "french", "it": "italian", "es": "spanish"}
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
_CODE = re.compile(r"(?=[^\s,;]*\d)\w+(?:[-./]\w+)+")
_MARKUP = re.compile(r"<[^>]*>|&\w+;")
_SAME = str.maketrans({"ё": "е", "ґ": "г", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})

# Words that say nothing of a product; a query is more than them.
_EMPTY = {
    "en": "a all an and any are at by for from in is it me my of on or other some that the this to with without you your",
    "uk": "а але в від для до з за зі і й його її із на не під по про та у це що як",
    "ru": "а без в во для до за и из к как на не о об от по под про с со у это что",
    "ro": "a ai al ale cu de din fara in la o pe pentru si sau un une unei",
}
EMPTY_WORDS = {language: frozenset(words.split()) for language, words in _EMPTY.items()}

_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_OTHER_KEYS = {"ru": "йцукенгшщзхъфывапролджэячсмитьбю", "uk": "йцукенгшщзхїфівапролджєячсмитьбю"}


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Lower case without the accents that people leave out: `Lămâie` and `lamaie`, `Ёлка` and `елка`; й and ї stay."""
    word = word.casefold().translate(_SAME)
    if word.isascii():
        return word
    return "".join(_bare(letter) for letter in unicodedata.normalize("NFKC", word))


def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


def words(text: str) -> list[str]:
    """The folded words of a text or of markup, in order. A code such as `TN-2110` gives its parts and then itself: `tn2110`."""
    plain = _APOSTROPHE.sub("", _MARKUP.sub(" ", text) if "<" in text or "&" in text else text)
    found = [fold(word)[:LONGEST_WORD] for word in _WORD.findall(plain)]
    return found + [squeezed(code) for code in _CODE.findall(plain)]


def spoken(text: str) -> list[str]:
    """The folded words of a query, in order, without what codes give besides."""
    return [fold(word)[:LONGEST_WORD] for word in _WORD.findall(_APOSTROPHE.sub("", text))]


def squeezed(code: str) -> str:
    """A stock number as one word: `TEA-ASSAM 50` is `teaassam50`."""
    return fold("".join(_WORD.findall(code)))[:LONGEST_WORD]


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """What the forms of a folded word share; numbers and codes are their own stems."""
    return _stemmer(language)(word) if word.isalpha() else word


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    if language in _OWN:
        return _OWN[language]
    name = _SNOWBALL.get(language)
    return snowballstemmer.stemmer(name).stemWord if name else str


def retyped(text: str) -> list[str]:
    """The text as it would read had the keyboard been switched: `xfq` is `чай`. Empty where that cannot be."""
    folded = text.casefold()
    letters = [letter for letter in folded if not letter.isspace()]
    if letters and all(letter in _KEYS or letter.isdigit() for letter in letters):
        return [folded.translate(str.maketrans(_KEYS, other)) for other in _OTHER_KEYS.values()]
    backwards = str.maketrans(_OTHER_KEYS["ru"] + "іїє", _KEYS + "s]'")
    turned = folded.translate(backwards)
    return [turned] if turned.isascii() and turned != folded else []
