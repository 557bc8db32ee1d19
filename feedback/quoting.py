"""What somebody wrote in an answer, without the mail that they answered to. No database here.

Our mails carry a marked line; what stands above it is new. A program may announce the quotation in any language, so the
lines before it are known by their shape: they end with a colon and name an address or a date, or look like headers.
"""

import re
from collections.abc import Sequence

LONGEST = 10_000  # characters that a conversation keeps of one mail
_RULE = re.compile(r"[\s>_\-–—=*.]{3,}")
_HEADER = re.compile(r"[\s>*]*[^\s:][^:]{0,30}:\*?\s+\S.*")
_NAMES_SOMETHING = re.compile(r"@|\b\d{1,2}[:.]\d{2}\b|\b(19|20)\d\d\b")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028-\u202e\u2060-\u2069\ufeff]")
_LEAD = 4  # lines that announce a quotation, at most


def new_words(text: str, mark: str) -> str:
    """What is new in a mail; all of it where that cannot be told, for a customer's words must not be lost."""
    whole = tidy(text)
    lines = whole.split("\n")
    place = next((number for number, line in enumerate(lines) if mark in line), None)
    if place is None:
        above = _without_quoted_end(lines)
    elif _goes_on_below(lines, place):
        above = lines
    else:
        above = lines[:place]
    kept = "\n".join(_without_lead(above) if len(above) < len(lines) else above).strip()
    return (kept or whole)[:LONGEST]


def tidy(text: str) -> str:
    """Text of unknown origin as the shop keeps it: no characters that hide others, at most one empty line in a row."""
    known = text.encode("utf-8", "replace").decode()
    clean = _UNSEEN.sub("", known.replace("\r\n", "\n").replace("\r", "\n"))
    lines = "\n".join(line.rstrip() for line in clean.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _goes_on_below(lines: Sequence[str], place: int) -> bool:
    """Somebody answers between the lines, or below: known where the program marks quoted lines."""
    if not lines[place].lstrip().startswith(">"):
        return False
    return any(line.strip() and not line.lstrip().startswith(">") for line in lines[place + 1 :])


def _without_quoted_end(lines: Sequence[str]) -> Sequence[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    return lines[:end] if any(line.lstrip().startswith(">") for line in lines[end:]) else lines


def _without_lead(lines: Sequence[str]) -> Sequence[str]:
    """The lines without those at their end that only announce the quotation."""
    left = list(lines)
    while left and (not left[-1].strip(" >") or _RULE.fullmatch(left[-1])):
        left.pop()
    start = len(left)
    while start and left[start - 1].strip():
        start -= 1
    block = left[start:]
    if len(block) > 1 and all(_HEADER.fullmatch(line) or _RULE.fullmatch(line) for line in block):
        return _without_lead(left[:start])  # From: … Sent: … To: … Subject: …
    for count in range(1, min(_LEAD, len(block)) + 1):
        lead = " ".join(block[-count:])
        if block[-1].rstrip().endswith(":") and _NAMES_SOMETHING.search(lead):
            return left[: len(left) - count]
    return left
