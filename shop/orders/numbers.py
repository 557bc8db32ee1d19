"""Order numbers: random, so that they tell nothing of how many there are; easy to read out; wrong ones are noticed."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks like something else: no 0 O 1 I L U
LENGTH = 8


def new() -> str:
    """A random number such as `7KQM2XR9`; its last character checks the others."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + _check_character(body)


def read(text: str) -> str | None:
    """The number that somebody typed, without blanks, hyphens and lower case; None if it cannot be one."""
    number = "".join(text.upper().split()).replace("-", "").lstrip("#№")
    if len(number) != LENGTH or not set(number) <= set(ALPHABET):
        return None
    return number if number[-1] == _check_character(number[:-1]) else None


def _check_character(body: str) -> str:
    """Luhn's algorithm in base 30: notices any wrong character and nearly all swapped neighbours."""
    base = len(ALPHABET)
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 - place % 2)
        total += value // base + value % base
    return ALPHABET[-total % base]
