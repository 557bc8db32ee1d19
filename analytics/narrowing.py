"""What the lists behind the figures can be narrowed to, beyond what the figures themselves are told by."""

from dataclasses import dataclass
from datetime import date

DAYS = frozenset({"period", "first", "last"})  # what a page asks for its days by


@dataclass(frozen=True)
class Narrow:
    """Empty fields are everything. Each list knows some of them and leaves the others alone."""

    cohort: date | None = None  # month of the first order
    product: int | None = None  # with its variants
    category: str = ""  # of products: its name, "-" for those in none
    device: str = ""
    step: str = ""  # of visits: those that got there or further
    source: str = ""
    campaign: str = ""
    landing: str = ""
    recency: int | None = None  # of buyers, from 1 to 5
    weight: int | None = None
    group: str = ""
    was: str = ""  # group at the end of last month, "new" for none
    moved: str = ""  # "came" to the group or "went" from it since then
    of: str = ""  # what of a forecast lies between the bounds: "chance" or "value"
    low: float | None = None
    high: float | None = None  # not included
    rule: str = ""  # by which orders are put down to channels
    known: str = ""  # "yes": orders of which visits are known
    days: int | None = None  # on which somebody had ordered by the end, the most meaning "or more"


EVERYTHING = Narrow()
