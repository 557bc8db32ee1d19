"""The filters beside a list: attributes in the merchant's words, with the number of products behind each choice."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import override

from shop.forks.catalogue.models import AttributeOption, ProductAttribute
from shop.search.counting import Counts
from shop.search.documents import option_key
from shop.search.query import Query

MOST = 10  # attributes offered at once; those that tell most products apart
AT_SIGHT = 7  # choices of one attribute before "more"
AT_MOST = 60  # choices of one attribute: the most common; rarer ones show once the list is narrower

# Names in a query string that are not attributes.
RESERVED = frozenset({"q", "page", "sort", "price_from", "price_to", "rating", "in_stock", "category"})


@dataclass(frozen=True)
class Label:
    """An attribute that shoppers may filter by."""

    code: str
    name: str
    position: int
    is_flag: bool = False
    unit: str = ""
    options: dict[str, str] = field(default_factory=dict)  # value: name; empty where the value is its own name

    def named(self, value: str) -> str:
        """A value in the shop's words."""
        return self.options.get(value) or f"{value} {self.unit}".strip()

    @property
    def parameter(self) -> str:
        """Its name in a query string."""
        return f"a-{self.code}" if self.code in RESERVED else self.code


@dataclass(frozen=True)
class Choice:
    parameter: str
    value: str
    name: str
    count: int
    is_chosen: bool

    @property
    def pk(self) -> str:
        """An id for the page: keeps the focus where it was when the filters are drawn again."""
        return f"f-{self.parameter}-{self.value}".replace(" ", "-")


@dataclass(frozen=True)
class Facet:
    """One attribute with its choices; the chosen ones are always there."""

    name: str
    at_sight: list[Choice]
    more: list[Choice]

    @property
    def is_used(self) -> bool:
        return any(choice.is_chosen for choice in [*self.at_sight, *self.more])


@lru_cache(maxsize=16)
def labels(language: str, stamp: str) -> dict[str, Label]:
    """Attribute code -> what shoppers read; looked up once for each stamp. An attribute of several product classes is one."""
    found: dict[str, Label] = {}
    with override(language):
        attributes = list(ProductAttribute.objects.filter(is_filter=True).order_by("position", "pk"))
        groups = {attribute.option_group_id for attribute in attributes if attribute.option_group_id}
        options = list(AttributeOption.objects.filter(group__in=groups).order_by("pk"))
        for attribute in attributes:
            known = found.setdefault(
                attribute.code,
                Label(attribute.code, attribute.name, attribute.position, attribute.type == "boolean", attribute.unit or ""),
            )
            for option in options:
                if option.group_id == attribute.option_group_id:
                    known.options.setdefault(option_key(attribute.code, option.code, option.pk), option.option)
    return found


def of(counts: Counts, query: Query, known: dict[str, Label]) -> tuple[list[Facet], list[Choice]]:
    """The facets that can tell the products apart, and the yes-or-no attributes in one list."""
    facets, flags = [], []
    for code, label in known.items():
        chosen = query.filters.get(code, [])
        found = counts.values.get(code, {})
        if label.is_flag:
            if found or chosen:
                flags.append(Choice(label.parameter, "yes", label.name, found.get("yes", 0), bool(chosen)))
        elif len(found) > 1 or chosen:
            facets.append((sum(found.values()), _facet(label, found, chosen)))
    most = sorted(facets, key=lambda pair: (not pair[1].is_used, -pair[0]))[:MOST]
    kept = {id(facet) for _count, facet in most}
    return [facet for _count, facet in facets if id(facet) in kept], flags


def _facet(label: Label, found: dict[str, int], chosen: list[str]) -> Facet:
    values = sorted({*found, *chosen}, key=lambda value: (value not in chosen, -found.get(value, 0), value))[:AT_MOST]
    choices = [Choice(label.parameter, value, label.named(value), found.get(value, 0), value in chosen) for value in values]
    if all(_number(choice.value) is not None for choice in choices) and not label.options:
        choices.sort(key=lambda choice: _number(choice.value) or 0)
    else:
        choices.sort(key=lambda choice: (not choice.is_chosen, -choice.count, choice.name))
    return Facet(label.name, choices[:AT_SIGHT], choices[AT_SIGHT:])


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
