"""The first page."""

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shop.content import identity
from shop.content.kept import kept
from shop.content.models import Block, Scene
from shop.forks.catalogue.pictures import Picture
from shop.pricing import live
from shop.search import cards, stamp
from shop.search.cards import Card
from shop.storefront import promoted, seen

SHELF = 8
MOST_OFFERS = 3
Kind = Block.Kind


@dataclass(frozen=True)
class ShownScene:
    title: str
    url: str
    picture: Picture | None


@dataclass(frozen=True)
class ShownBlock:
    """A part of the page, without the products, which are looked up anew for every visitor."""

    kind: str
    title: str
    text: str = ""
    link: str = ""
    link_text: str = ""
    picture: Picture | None = None
    picks: list[int] = field(default_factory=list)
    scenes: list[ShownScene] = field(default_factory=list)

    @property
    def has_markup(self) -> bool:
        """Whether the text is HTML, which was cleaned when it was saved."""
        return self.kind == Kind.STORY and "</" in self.text

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip()]


@dataclass(frozen=True)
class ShownOffer:
    """A promotion in its own words; `url` leads to what it is about where that is one category."""

    name: str
    description: str
    url: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The parts that the merchant put there, else what sells, what is new and what is reduced."""
    blocks = kept("home", _blocks)
    language = get_language() or ""
    shelves = kept("home shelves", lambda: [(block, _cards_of(block, language)) for block in blocks], stamp=stamp.current())
    looked_at = cards.for_products(seen.recently(request)[:SHELF], language) if seen.COOKIE in request.COOKIES else []
    offers = _running_offers() if any(block.kind == Kind.OFFERS for block in blocks) else []
    known = [card for _block, shelf in shelves for card in shelf]
    shown = {card.product_id: card for card in promoted.on_cards(known, request.user)}
    shelves = [(block, [shown[card.product_id] for card in shelf]) for block, shelf in shelves]
    context = {"shelves": shelves, "offers": offers, "looked_at": looked_at, "banners": promoted.banners()}
    return render(request, "storefront/home.html", context)


def _running_offers() -> list[ShownOffer]:
    """What everybody gets now, with a name and words to show."""
    told = [one for one in live.running() if one.offer.description and promoted.is_for_all(one)]
    return [ShownOffer(one.offer.name, one.offer.description, _shelf_of(one)) for one in told[:MOST_OFFERS]]


def _shelf_of(one: live.Live) -> str:
    """The address of the category that all its goods are in; empty where there is no such one."""
    span = one.condition_span
    ways = [way for pk in (span.categories if span else ()) if (way := identity.trail(pk))]
    return next((way[-1].url for way in ways if all(way[-1] in other for other in ways)), "")


def _blocks() -> list[ShownBlock]:
    rows = Block.objects.filter(is_shown=True).prefetch_related("picks", "scenes__category")
    return [_shown(row) for row in rows] or [
        ShownBlock(Kind.BEST_SELLERS, _("What everybody comes back for")),
        ShownBlock(Kind.NEW, _("New in the shop")),
        ShownBlock(Kind.REDUCED, _("For a little less")),
    ]


def _shown(row: Block) -> ShownBlock:
    prefix = reverse("home").rstrip("/")
    return ShownBlock(
        kind=row.kind,
        title=row.title,
        text=row.text,
        link=prefix + row.link if row.link else "",
        link_text=row.link_text or _("Have a look"),
        picture=row.shown(row.title),
        picks=[pick.product_id for pick in row.picks.all()],
        scenes=[_scene(scene) for scene in row.scenes.all()],
    )


def _scene(scene: Scene) -> ShownScene:
    name = scene.title or scene.category.name
    return ShownScene(name, scene.category.get_absolute_url(), scene.shown(name))


def _cards_of(block: ShownBlock, language: str) -> list[Card]:
    if block.kind == Kind.PICKS:
        return cards.for_products(block.picks, language)
    find = {Kind.NEW: cards.newest, Kind.BEST_SELLERS: cards.best_sellers, Kind.REDUCED: cards.reduced}.get(Kind(block.kind))
    return find(SHELF, language) if find else []
