"""Points of many customers corrected from a table: e-mail, points, reason. All rows or none, and each file once."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty import ledger
from loyalty.models import Entry
from shop.customers.models import Customer, User

COLUMNS = ("email", "points", "reason")
LARGEST, ROWS = 1_000_000, 5000  # points of a row; rows of a file


class NoTable(ValueError):
    """The file cannot be read as such a table; the text says why."""


@dataclass(frozen=True)
class Line:
    """A row as it was typed; `number` is its line in the file."""

    number: int
    email: str
    points: str
    reason: str


@dataclass
class Outcome:
    """What the table does, or would do. With errors nothing is booked."""

    given: int = 0
    taken: int = 0
    customers: set[int] = field(default_factory=set)
    known: int = 0  # rows that an earlier upload of the file booked
    errors: list[tuple[int, str]] = field(default_factory=list)


def read(content: str) -> list[Line]:
    """The rows of a CSV with the columns of `COLUMNS`, between commas or semicolons. Raises `NoTable`."""
    lines = content.lstrip("\ufeff").splitlines()
    separator = ";" if lines and ";" in lines[0] else ","
    table = csv.DictReader(lines, delimiter=separator)
    names = {(name or "").strip().lower(): name for name in table.fieldnames or []}
    if missing := [name for name in COLUMNS if name not in names]:
        raise NoTable(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    found = [Line(table.line_num, *((row[names[name]] or "").strip() for name in COLUMNS)) for row in table]
    if not found or len(found) > ROWS:
        raise NoTable(_("A file has 1 to %(count)s rows.") % {"count": ROWS})
    return found


def apply(lines: Sequence[Line], *, by: User, is_dry: bool) -> Outcome:
    """Book all rows in one transaction; a dry run does the same and takes it back, so that it finds what booking would."""
    outcome = Outcome()
    name = hashlib.sha256(repr([(line.number, line.email, line.points, line.reason) for line in lines]).encode()).hexdigest()[
        :16
    ]
    causes = {line.number: f"file:{name}:{line.number}" for line in lines}
    booked = set(Entry.objects.filter(cause__in=causes.values()).values_list("cause", flat=True))
    people = {one.email: one for one in Customer.objects.filter(email__in={line.email.lower() for line in lines})}
    with transaction.atomic():
        # One order of locks for all: two uploads cannot wait for each other.
        for line in sorted(
            lines, key=lambda line: (people[line.email.lower()].pk if line.email.lower() in people else 0, line.number)
        ):
            if causes[line.number] in booked:
                outcome.known += 1
                continue
            if error := _book(line, people.get(line.email.lower()), causes[line.number], by, outcome):
                outcome.errors.append((line.number, error))
        if is_dry or outcome.errors:
            transaction.set_rollback(True)
    outcome.errors.sort()
    return outcome


def _book(line: Line, customer: Customer | None, cause: str, by: User, outcome: Outcome) -> str:
    """Book a row; what is wrong with it, if anything is."""
    if customer is None:
        return _("We know no customer with the address %(email)s.") % {"email": line.email}
    if customer.user_id == by.pk or customer.email == by.email:
        return _("Nobody can give something to themselves.")
    points = _whole(line.points)
    if not points or abs(points) > LARGEST:
        return _("“%(typed)s” is no number of points: a whole number, with a minus to take some.") % {"typed": line.points[:40]}
    if not line.reason or len(line.reason) > 255:
        return _("The reason is missing, or longer than 255 letters.")
    try:
        ledger.adjust(customer, points, by=by, note=line.reason, cause=cause)
    except ledger.NotEnoughPoints as error:
        return _("The customer has %(left)s to spend.") % {"left": error.left}
    outcome.customers.add(customer.pk)
    outcome.given += max(points, 0)
    outcome.taken += max(-points, 0)
    return ""


def _whole(text: str) -> int:
    digits = text.removeprefix("-").removeprefix("+")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0
