"""The shop's name, look, menu and footer, as every page needs them: no queries once a process knows them."""

from dataclasses import dataclass, field

from django.urls import reverse

from shop.content import colours
from shop.content.kept import kept
from shop.content.models import Page, Shop
from shop.forks.catalogue.models import Category


@dataclass(frozen=True)
class MenuItem:
    """A category in the menu, in one language."""

    pk: int
    name: str
    url: str
    children: list["MenuItem"] = field(default_factory=list)


@dataclass(frozen=True)
class FooterPage:
    slug: str
    title: str
    url: str
    place: str


def shop() -> Shop:
    """The shop as its merchant described it, or the defaults. Not for changing: everybody sees the same object."""
    return kept("shop", lambda: Shop.objects.first() or Shop())


def menu() -> list[MenuItem]:
    """Public categories of the first two levels, in the order of the tree."""
    return kept("menu", _menu)


def trail(category_id: int) -> list[MenuItem]:
    """The way from the root of the menu down to a category, for breadcrumbs; empty when it is not public."""
    return kept("trails", _trails).get(category_id, [])


def pages(*places: str) -> list[FooterPage]:
    """Published pages linked in these parts of the footer."""
    return [page for page in _pages() if page.place in places]


def page_address(slug: str) -> str:
    """Where a page of that name is, or nothing when the merchant has none."""
    return next((page.url for page in _pages() if page.slug == slug), "")


def _pages() -> list[FooterPage]:
    return kept(
        "pages",
        lambda: [FooterPage(page.slug, page.title, page.get_absolute_url(), page.place) for page in Page.objects.published()],
    )


def theme_version() -> str:
    """Changes when the colours do; empty while they are the stylesheet's own."""
    described = shop()
    return f"{described.accent}{described.paper}".replace("#", "") if described.has_own_colours else ""


def theme() -> str:
    """The stylesheet with the merchant's colours."""
    described = shop()
    return colours.stylesheet(described.accent, described.paper) if described.has_own_colours else ""


def _categories() -> list[Category]:
    return kept("categories", lambda: list(Category.objects.filter(is_public=True, ancestors_are_public=True).order_by("path")))


def _menu() -> list[MenuItem]:
    roots: dict[str, MenuItem] = {}
    for category in _categories():
        if category.exclude_from_menu:
            continue
        item = MenuItem(category.pk, category.name, _address(category))
        if category.depth == 1:
            roots[category.path] = item
        elif category.depth == 2 and category.path[: Category.steplen] in roots:
            roots[category.path[: Category.steplen]].children.append(item)
    return list(roots.values())


def _trails() -> dict[int, list[MenuItem]]:
    items = {category.path: MenuItem(category.pk, category.name, _address(category)) for category in _categories()}
    return {
        items[path].pk: [
            items[path[:end]] for end in range(Category.steplen, len(path) + 1, Category.steplen) if path[:end] in items
        ]
        for path in items
    }


def _address(category: Category) -> str:
    """Oscar's address, without its query for each parent's slug."""
    slugs = {one.path: one.slug for one in _categories()}
    ends = range(Category.steplen, len(category.path) + 1, Category.steplen)
    slug = "/".join(slugs[category.path[:end]] for end in ends if category.path[:end] in slugs)
    return str(reverse("catalogue:category", kwargs={"category_slug": slug, "pk": category.pk}))
