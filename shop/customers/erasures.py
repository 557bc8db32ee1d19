"""Who was erased, in a file that outlives the database: a backup restored later brings people back who asked to be forgotten.

Append-only, one JSON object a line: when, and keyed hashes of the address and of the ids of their rows; for a backup may
know them by an address that they left since, or as two people. The file names nobody: without the key it cannot even be
asked whether somebody is in it.
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

SALT = "shop.customers.erasures"


def note(email: str, ids: Iterable[str]) -> None:
    """Write it down before the erasure commits: who asked for it once more is better than who is missing."""
    rows = [marks_of(one)[0] for one in ids]
    line = json.dumps({"at": timezone.now().isoformat(), "who": marks_of(email)[0], "rows": rows})
    path = Path(settings.ERASURE_LOG)
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write of one short line to a file opened for appending: two processes at once do not mix.
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{line}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)


def marks_of(name: str) -> list[str]:
    """What stands for an address or an id: by the key of today, then by those it replaced."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(SALT, name.lower(), secret=key, algorithm="sha256").hexdigest() for key in keys]


def read(lines: Iterable[str]) -> dict[str, datetime]:
    """The marks of a file, each with the last time it was written. Raises `ValueError` with the number of a bad line."""
    found: dict[str, datetime] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            moment = datetime.fromisoformat(entry["at"])
            found |= dict.fromkeys([str(entry["who"]), *map(str, entry.get("rows", []))], moment)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"Line {number} is not one of an erasure log: {line.strip()[:80]}") from error
    return found
