"""The categories as a tree, read at once."""

from dataclasses import dataclass

from shop.forks.catalogue.models import Category

SEPARATOR = " › "


@dataclass(frozen=True)
class Branch:
    """A category with where it stands: `trail` is its full name."""

    category: Category
    trail: str
    is_first: bool
    is_last: bool


def branches() -> list[Branch]:
    """All categories from top to bottom, in one query."""
    rows = list(Category.objects.order_by("path"))
    names: dict[str, str] = {}
    siblings: dict[str, list[str]] = {}
    for row in rows:
        above = row.path[: -Category.steplen]
        names[row.path] = SEPARATOR.join(filter(None, [names.get(above, ""), row.name]))
        siblings.setdefault(above, []).append(row.path)
    found = []
    for row in rows:
        beside = siblings[row.path[: -Category.steplen]]
        found.append(Branch(row, names[row.path], row.path == beside[0], row.path == beside[-1]))
    return found


def choices() -> list[tuple[str, str]]:
    """For select fields: id and full name."""
    return [(str(branch.category.pk), branch.trail) for branch in branches()]
