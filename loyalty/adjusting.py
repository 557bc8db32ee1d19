"""Points of many customers corrected from a table: e-mail, points, reason. All rows or none, and each file once."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty import ledger
from loyalty.models import Entry
from shop.customers.models import Customer, User, normalised
from shop.desk import goodwill
from shop.imports.report import CannotImport, Report
from shop.imports.tables import table_of

COLUMNS = ("email", "points", "reason")
LARGEST, ROWS = 1_000_000, 1000  # points of a row; rows of a file


@dataclass(frozen=True)
class Line:
    """A row: the address as customers have it, the rest as it was typed. `number` is the line of the file it begins on."""

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
    """The rows of a table with the columns of `COLUMNS`. Raises `CannotImport`: a sentence on each line of its text."""
    report = Report()
    table = table_of(content, report)
    if missing := [name for name in COLUMNS if not table.has(name)]:
        raise CannotImport(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    if report.errors:
        raise CannotImport("\n".join(f"{remark.place.capitalize()} {remark.text}" for remark in report.errors[:10]))
    if not table.rows:
        raise CannotImport(_("The file has no rows under its header."))
    if len(table.rows) > ROWS:
        text = _("The file has %(rows)s rows; at most %(most)s can be booked at once. Split it into several files.")
        raise CannotImport(text % {"rows": len(table.rows), "most": ROWS})
    # A browser sends line breaks back as others: blanks are alike, so that the file stays the same.
    return [Line(row.line, normalised(row["email"]), row["points"], " ".join(row["reason"].split())) for row in table.rows]


def apply(lines: Sequence[Line], *, by: User, is_dry: bool) -> Outcome:
    """Book all rows in one transaction; a dry run does the same and takes it back, so that it finds what booking would."""
    outcome = Outcome()
    name = hashlib.sha256(repr([astuple(line) for line in lines]).encode()).hexdigest()[:16]
    causes = {line.number: f"file:{name}:{line.number}" for line in lines}
    booked = set(Entry.objects.filter(cause__in=causes.values()).values_list("cause", flat=True))
    people = {one.email: one for one in Customer.objects.filter(email__in={line.email for line in lines})}
    # One order of locks for all: two uploads cannot wait for each other.
    places = {email: one.pk for email, one in people.items()}
    with transaction.atomic():
        for line in sorted(lines, key=lambda line: (places.get(line.email, 0), line.number)):
            if causes[line.number] in booked:
                outcome.known += 1
            elif error := _book(line, people.get(line.email), causes[line.number], by, outcome):
                outcome.errors.append((line.number, error))
        if is_dry or outcome.errors:
            transaction.set_rollback(True)
    outcome.errors.sort()
    return outcome


def _book(line: Line, customer: Customer | None, cause: str, by: User, outcome: Outcome) -> str:
    """Book a row; what is wrong with it, if anything is."""
    if customer is None:
        return _("We know no customer with the address %(email)s.") % {"email": line.email}
    if goodwill.is_own(customer, by):
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
    return int(text) if re.fullmatch("[+-]?[0-9]{1,9}", text) else 0
