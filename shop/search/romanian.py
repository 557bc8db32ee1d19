"""The stem of a Romanian word without its accents, as people type it; Snowball's rules need them and keep most plurals."""

import re

_ENDINGS = "urilor urile uri ului ul ule elelor elele elei eaua elor ele ilor iilor iile ile iei lor lui le ea ii"
_ENDING = re.compile(f"(?<=...)(?:{'|'.join(sorted(_ENDINGS.split(), key=len, reverse=True))})$")
_VOWELS = re.compile("(?<=...)[aeiu]+$")


def stem(word: str) -> str:
    """`ceai`, `ceaiuri` and `ceaiului` have one stem; so have `ceasca` and `cesti`, `negru` and `neagra`."""
    if len(word) < 4:
        return word
    short = _VOWELS.sub("", _ENDING.sub("", word))
    # Vowels and consonants that alternate between the forms of a word
    short = short.replace("ea", "e").replace("oa", "o")
    if short.endswith(("sc", "st")):
        return short[:-1]
    return f"{short[:-1]}d" if short.endswith("z") else short
