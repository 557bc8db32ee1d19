"""The stem of a Ukrainian word: what its forms share. Snowball has no Ukrainian, and a search needs no dictionary."""

import re

# Endings of nouns, adjectives and verbs, written without the apostrophe, which `language.fold` removes.
_ENDINGS = (
    "а я у ю е є і ї о ь и й ого ому ими ої ій ою ею єю их ім им ий "
    "ього ьому ьої ьою яя юю єє ії ія ію єї ією істю істі "
    "ами ями ам ям ах ях ом ем єм ів їв ей "
    "ати яти ити іти ути ала ало али ила ило или ить ять уть ють ає ують ювати увати"
)
_ENDING = re.compile(f"(?:{'|'.join(sorted(_ENDINGS.split(), key=len, reverse=True))})$")
_VOWEL = re.compile("[аеєиіїоуюя]")
_FLEETING = re.compile("(?<=[^аеєиіїоуюя])[ое](?=[кл]$)")  # чашок, чашка; кухоль, кухля
_OF_SOMETHING = re.compile("(?<=...)[ое]в$|(?<=....[^аеєиіїоуюя])н$")  # лавандовий, лаванда; шоколадний, шоколад


def stem(word: str) -> str:
    """`чашки`, `чашок` and `чашкою` have one stem; so have `віск` and `воску`, `лаванда` and `лавандовий`."""
    if len(word) < 3 or not word.isalpha():
        return word
    short = _without_ending(word)
    short = _OF_SOMETHING.sub("", short).replace("ь", "")
    if len(short) > 3 and short[-1] == short[-2]:  # карамеллю
        short = short[:-1]
    if len(short) > 4:
        short = _FLEETING.sub("", short)
    if short.endswith("ц"):  # чашці
        short = f"{short[:-1]}к"
    return _open(short)


def _without_ending(word: str) -> str:
    found = _ENDING.search(word)
    if found and (found.start() >= 3 or (found.start() == 2 and _VOWEL.search(word[:2]))):
        return word[: found.start()]
    if word[-1] in "аяуюеєіїоьий" and _VOWEL.search(word[:-1]):  # чаєм would leave nothing: чає, ча
        return word[:-1]
    return word


def _open(short: str) -> str:
    """In a last closed syllable і may stand for о: віск, воску. Where it always stays і, this changes all forms alike."""
    head, vowel, tail = short.rpartition("і")
    return f"{head}о{tail}" if vowel and tail and not _VOWEL.search(tail) else short
