"""The pages of a category and of a search: products, filters, sorts, pages."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shop.content import identity
from shop.content.kept import kept
from shop.content.models import Scene
from shop.forks.catalogue.models import Category
from shop.search import branches, cards, facets, listing, log, stamp, suggestions
from shop.search.facets import Label
from shop.search.listing import Results
from shop.search.models import State
from shop.search.query import Query
from shop.storefront import asked, chips, promoted
from shop.storefront.shopping import ShopRequest

POPULAR = 8
EAGER = 4  # pictures of the first row


@dataclass(frozen=True)
class Sort:
    name: str
    label: str


@require_safe
def catalogue(request: ShopRequest) -> HttpResponse:
    """Everything the shop has."""
    state = stamp.state()
    labels = facets.labels(_language(), str(state.stamp))
    query = asked.query(request.GET, labels)
    if query.text:
        return redirect(f"{reverse('search:search')}?{request.GET.urlencode()}")
    context = {"title": _("Everything"), "trail": [], "address": request.path}
    return _page(request, query, labels, context, state)


@require_safe
def category(request: ShopRequest, category_slug: str, pk: str) -> HttpResponse:
    """A category with everything below it; an old address leads to the new one."""
    trail = identity.trail(int(pk)) if len(pk) < 10 else []
    if not trail:
        raise Http404
    here = trail[-1]
    if request.path != here.url:
        rest = request.META.get("QUERY_STRING", "")
        return redirect(here.url + (f"?{rest}" if rest else ""), permanent=True)
    state = stamp.state()
    labels = facets.labels(_language(), str(state.stamp))
    query = asked.query(request.GET, labels, category=here.pk)
    context = {
        "title": here.name,
        "trail": trail[:-1],
        "address": here.url,
        "about": kept(f"about {here.pk}", lambda: _about(here.pk)),
    }
    return _page(request, query, labels, context, state)


@require_safe
def search(request: ShopRequest) -> HttpResponse:
    """Products for what was typed; without JavaScript the box in the header leads here."""
    state = stamp.state()
    labels = facets.labels(_language(), str(state.stamp))
    query = asked.query(request.GET, labels)
    if not query.text:
        return redirect("catalogue:index")
    title = _("Results for “%(text)s”") % {"text": query.text}
    context = {"title": title, "trail": [], "address": request.path, "search_text": query.text}
    return _page(request, query, labels, context, state)


@require_safe
def suggest(request: ShopRequest) -> HttpResponse:
    """What the search box offers while somebody types."""
    found = suggestions.for_text(asked.text(request.GET.get("q", "")), _language())
    response = render(request, "components/suggestions.html", {"found": found})
    response["X-Robots-Tag"] = "noindex"
    return response


def _page(request: ShopRequest, query: Query, labels: dict[str, Label], context: dict[str, Any], state: State) -> HttpResponse:
    results = listing.find(query, _language(), state)
    if query.page > results.pages:
        return _to_last_page(request, results.pages)
    if query.text and query.page == 1 and not query.is_narrowed:
        log.record(query.text, _language(), results.total, results.reading)
    context |= _list(request, query, results, labels)
    context["filters"] = _filters(query, results, labels, context)
    is_piece = request.htmx and not request.htmx.history_restore_request
    response = render(request, "storefront/listing/_list.html" if is_piece else "storefront/listing/page.html", context)
    response["Vary"] = "HX-Request"
    return response


def _list(request: ShopRequest, query: Query, results: Results, labels: dict[str, Label]) -> dict[str, Any]:
    within = query.within or query.category
    return {
        "query": query,
        "results": results,
        "cards": promoted.on_cards(results.cards, request.user),
        "branches": branches.below(within, results.counts.categories),
        "chips": chips.of(query, request.GET, labels),
        "sorts": _sorts(query),
        "near": _near(query.page, results.pages),
        "page": query.page,
        "pages": results.pages,
        "is_indexed": not (query.text or query.is_narrowed or query.sort or query.within),
        "canonical": _canonical(query),
        "is_on": _language(),
        "popular": cards.best_sellers(POPULAR, _language()) if not results.total else [],
        "unfiltered": _unfiltered(query),
        "eager": EAGER,
    }


def _filters(query: Query, results: Results, labels: dict[str, Label], context: dict[str, Any]) -> SafeString:
    """The filter form. Of a whole category it is drawn once for all shoppers, until something in a list changes."""

    def drawn() -> SafeString:
        shown, flags = facets.of(results.counts, query, labels)
        ratings = [(rating, chips.stars(rating), count) for rating, count in results.counts.ratings.items() if count]
        parts = {"facets": shown, "flags": flags, "ratings": ratings, "address": context["address"]}
        return render_to_string("storefront/listing/_filters.html", {**parts, "query": query, "results": results})

    if query.text or query.is_narrowed:
        return drawn()
    return kept(f"filters {query.category}", drawn, stamp=results.stamp)


def _about(pk: int) -> dict[str, Any]:
    """What stands over the products of a category."""
    row = Category.objects.get(pk=pk)
    scene = Scene.objects.filter(category=pk).exclude(picture="").first()
    plain = strip_tags(row.description)
    return {
        "text": row.description,
        "picture": scene.shown("") if scene else None,
        "meta_title": row.meta_title,
        "description": row.meta_description or Truncator(plain).chars(155),
    }


def _sorts(query: Query) -> list[Sort]:
    return [
        Sort("", _("Best match") if query.text else _("Our order")),
        Sort("sales", _("Best selling")),
        Sort("newest", _("Newest")),
        Sort("price", _("Price, low to high")),
        Sort("price-down", _("Price, high to low")),
        Sort("rating", _("Best rated")),
    ]


def _near(page: int, pages: int) -> list[int | None]:
    """The numbers of pages to offer: the first, the last, those around; None for a gap."""
    wanted = [number for number in range(1, pages + 1) if number in (1, pages) or abs(number - page) <= 1]
    found: list[int | None] = []
    for number in wanted:
        if found and found[-1] and number - found[-1] > 1:
            found.append(None)
        found.append(number)
    return found


def _canonical(query: Query) -> str:
    """What search engines should know the page by: its number is kept, filters and sorts are not."""
    return f"?page={query.page}" if query.page > 1 else ""


def _unfiltered(query: Query) -> str:
    given = QueryDict(mutable=True)
    if query.text:
        given["q"] = query.text
    return f"?{given.urlencode()}" if given else "?"


def _to_last_page(request: ShopRequest, last: int) -> HttpResponseRedirect:
    given = request.GET.copy()
    given.pop("page", None)
    if last > 1:
        given["page"] = str(last)
    return HttpResponseRedirect(f"{request.path}?{given.urlencode()}" if given else request.path)


def _language() -> str:
    return get_language() or ""
