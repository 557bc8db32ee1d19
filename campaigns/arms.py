"""Who is held out: chance that stays the same for ever and on every machine."""

from decimal import Decimal
from hashlib import md5
from uuid import UUID

PARTS = 10_000  # a share in per cent with two decimals


def is_held_out(what: str, person: UUID, percent: Decimal) -> bool:
    """Whether a person gets nothing of something, such as "automation:7", of which so many per cent of all are held out."""
    digest = md5(f"{what}{person}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:8], 16) % PARTS < percent * PARTS / 100
