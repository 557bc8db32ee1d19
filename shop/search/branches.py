"""The tree of public categories, as filters and subcategory links need it."""

from dataclasses import dataclass

from shop.content import identity
from shop.content.identity import MenuItem
from shop.content.kept import kept
from shop.forks.catalogue.models import Category


@dataclass(frozen=True)
class Branch:
    """A category with the number of products below it."""

    item: MenuItem
    count: int


def below(parent: int | None, counts: dict[int, int]) -> list[Branch]:
    """The categories right below this one (or at the root) that have any of the counted products, in the tree's order."""
    children = kept("category children", _children).get(parent, [])
    return [Branch(item, counts[pk]) for pk in children if pk in counts and (item := named(pk))]


def named(category: int) -> MenuItem | None:
    """A public category's name and address, without a query once a process knows the tree."""
    trail = identity.trail(category)
    return trail[-1] if trail else None


def _children() -> dict[int | None, list[int]]:
    found: dict[int | None, list[int]] = {}
    way: dict[str, int] = {}
    rows = Category.objects.filter(is_public=True, ancestors_are_public=True).order_by("path").values_list("pk", "path")
    for pk, path in rows:
        way[path] = pk
        found.setdefault(way.get(path[: -Category.steplen]), []).append(pk)
    return found
