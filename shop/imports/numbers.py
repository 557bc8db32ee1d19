"""Numbers as people and spreadsheets write them."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from shop.imports.report import BadRow

MOST_MONEY = Decimal(10) ** 10
MOST_UNITS = 2_147_483_647
_YES = {"1", "true", "yes", "y", "x", "так", "да", "da"}
_NO = {"0", "false", "no", "n", "-1", "ні", "нет", "nu"}
_AROUND = re.compile(r"^[^\d.,+\-−()A-Za-z]+|[^\d.,)A-Za-z]+$")  # currency signs
_CURRENCY = re.compile(r"^(?:[A-Z]{3}|грн\.?|руб\.?|lei|kr|zł)\s*|\s*(?:[A-Z]{3}|грн\.?|руб\.?|lei|kr|zł)$")
_THOUSANDS = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ".,"}


class Ambiguous(BadRow):
    """`1.234` is one thing here and another there; money is not guessed."""


def decimal_mark_of(texts: Iterable[str], default: str = "") -> str:
    """The sign before the cents in these cells, as far as any cell shows it without doubt; else `default`."""
    seen = {"." if number.rfind(".") > number.rfind(",") else "," for number in map(_bare, texts) if _shows_its_mark(number)}
    return seen.pop() if len(seen) == 1 else default


def amount(text: str, what: str, mark: str = "", digits: int = 2) -> Decimal | None:
    """An amount of money with at most `digits` decimals, or None for an empty cell. Raises BadRow otherwise."""
    if not text.strip():
        return None
    value = number(text, what, mark)
    if value < 0:
        raise BadRow(_("%(what)s “%(text)s” is below zero. Write a positive number.") % {"what": what, "text": text})
    if value >= MOST_MONEY:
        raise BadRow(_("%(what)s “%(text)s” is too large to be a price.") % {"what": what, "text": text})
    rounded = round(value, digits)
    if rounded != value:
        words = _("%(what)s “%(text)s” has more than %(digits)s decimals. Round it in the file, so that you decide how.")
        raise BadRow(words % {"what": what, "text": text, "digits": digits})
    return rounded.quantize(Decimal("0.01"))


def units(text: str, what: str, mark: str = "") -> int | None:
    """A whole number of units (perhaps negative), or None for an empty cell. Raises BadRow otherwise."""
    if not text.strip():
        return None
    value = number(text, what, mark)
    if value != int(value):
        raise BadRow(_("%(what)s “%(text)s” is not a whole number.") % {"what": what, "text": text})
    if abs(value) > MOST_UNITS:
        raise BadRow(_("%(what)s “%(text)s” is too large.") % {"what": what, "text": text})
    return int(value)


def number(text: str, what: str, mark: str = "") -> Decimal:
    """The number a cell shows: `1.234,56`, `1,234.56`, `1 234,5`, `€ 12`. `mark` settles `1.234`. Raises BadRow."""
    bare = _bare(text)
    sign = -1 if bare.startswith(("-", "−")) or (bare.startswith("(") and bare.endswith(")")) else 1
    bare = bare[1:-1] if bare.startswith("(") and bare.endswith(")") else re.sub(r"^[+\-−]", "", bare)
    if not re.fullmatch(r"[0-9][0-9.,]*|[.,][0-9]+", bare):
        raise BadRow(_("%(what)s “%(text)s” is not a number.") % {"what": what, "text": text})
    return sign * Decimal(_with_point(bare, text, what, mark))


def yes(text: str, what: str, default: bool = True) -> bool:
    """A yes or no; `default` for an empty cell. Raises BadRow for anything else."""
    value = text.strip().casefold()
    if not value:
        return default
    if value in _YES or value in _NO:
        return value in _YES
    raise BadRow(_("%(what)s “%(text)s” is neither yes nor no. Write TRUE or FALSE.") % {"what": what, "text": text})


def _bare(text: str) -> str:
    text = re.sub(r"[\s\xa0\u202f\u2009'’_]+", "", _CURRENCY.sub("", text.strip().strip("'")))
    return _AROUND.sub("", text)


def _shows_its_mark(number: str) -> bool:
    marks = [sign for sign in number if sign in ".,"]
    if len(set(marks)) == 2:
        return True
    return len(marks) == 1 and (len(re.split(r"[.,]", number)[-1]) != 3 or number.lstrip("-").startswith(("0", ".", ",")))


def _with_point(bare: str, text: str, what: str, mark: str) -> str:
    decimal = max(bare.rfind("."), bare.rfind(","))
    if decimal < 0:
        return bare
    here, other = bare[decimal], "," if bare[decimal] == "." else "."
    whole, cents = bare[:decimal], bare[decimal + 1 :]
    if here in whole:  # several of one kind can only part thousands
        return _joined(bare, here, text, what)
    if other in whole:
        return _joined(whole, other, text, what) + "." + cents
    if not _shows_its_mark(bare) and here != mark:
        if mark:
            return _joined(bare, here, text, what)
        words = _("%(what)s “%(text)s” could be %(many)s or %(few)s and a bit. Write %(many)s.00 or %(few)s.%(cents)s.")
        raise Ambiguous(words % {"what": what, "text": text, "many": whole + cents, "few": whole, "cents": cents[:2]})
    return f"{whole or 0}.{cents or 0}"


def _joined(whole: str, separator: str, text: str, what: str) -> str:
    if not _THOUSANDS[separator].fullmatch(whole):
        raise BadRow(_("%(what)s “%(text)s” is not a number.") % {"what": what, "text": text})
    return whole.replace(separator, "")
