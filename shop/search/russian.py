"""The stem of a Russian word: Snowball's, and then what it leaves apart."""

import re

import snowballstemmer

_snowball = snowballstemmer.stemmer("russian")
_OF_SOMETHING = re.compile("(?<=...)[ое]в$|(?<=....[^аеиоуыэюя])н$")  # лавандовый, лаванда; шоколадный, шоколад
_FLEETING = re.compile("(?<=..[^аеиоуыэюя])[ое](?=[кл]$)")  # чашек, чашка; масел, масло


def stem(word: str) -> str:
    """`чашка`, `чашек` and `чашками` have one stem; so have `мед` and `медовый`."""
    return _FLEETING.sub("", _OF_SOMETHING.sub("", _snowball.stemWord(word)))
