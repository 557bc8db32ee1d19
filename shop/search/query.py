"""What somebody wants to see."""

from dataclasses import dataclass, field
from decimal import Decimal

PAGE_SIZE = 24
LAST_PAGE = 400
SORTS = ("relevance", "featured", "newest", "price", "price-down", "rating", "sales")


@dataclass(frozen=True)
class Query:
    """A category or a search, narrowed. In `filters`, several values of one attribute widen, several attributes narrow."""

    text: str = ""
    category: int | None = None  # where the list is
    within: int | None = None  # a category chosen as a filter
    filters: dict[str, list[str]] = field(default_factory=dict)
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    rating: int | None = None
    in_stock: bool = False
    sort: str = ""
    page: int = 1
    is_unfinished: bool = False  # the last word is still being typed

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is in force."""
        return bool(self.filters or self.within or self.rating or self.in_stock or self.has_price)

    @property
    def has_price(self) -> bool:
        return self.price_from is not None or self.price_to is not None

    @property
    def order(self) -> str:
        """The sort in force: relevance needs a search, and the usual order needs no name."""
        usual = "relevance" if self.text else "featured"
        return self.sort if self.sort in SORTS and (self.text or self.sort != "relevance") else usual

    @property
    def start(self) -> int:
        return (self.page - 1) * PAGE_SIZE
