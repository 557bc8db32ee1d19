"""Every public address in every language, for search engines."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import cache_control

from shop.content import identity
from shop.content.models import Page
from shop.forks.catalogue.models import Product

Entry = tuple[str, datetime | None]
PER_FILE = 1000


class Languages(Sitemap):  # type: ignore[type-arg]
    """A sitemap of paths, each in all languages; only the prefix differs, so a path is made once."""

    limit = PER_FILE

    def paths(self, entries: Iterable[Any]) -> Iterable[Entry]:
        raise NotImplementedError

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        with override(settings.LANGUAGE_CODE):
            entries = list(self.paths(self.paginator.page(page).object_list))
        return [url for path, changed_at in entries for url in _in_all_languages(path, changed_at)]


def _in_all_languages(path: str, changed_at: datetime | None) -> list[dict[str, Any]]:
    codes = [code for code, _name in settings.LANGUAGES]
    where = {code: settings.SHOP_URL + (path if code == settings.LANGUAGE_CODE else f"/{code}{path}") for code in codes}
    alternates = [{"location": address, "lang_code": code} for code, address in where.items()]
    return [{"location": address, "lastmod": changed_at, "alternates": alternates} for address in where.values()]


class ProductSitemap(Languages):
    def items(self) -> Any:
        return Product.objects.browsable().order_by("pk").values_list("slug", "pk", "date_updated")

    def paths(self, entries: Iterable[Any]) -> Iterable[Entry]:
        for slug, pk, changed_at in entries:
            yield reverse("catalogue:detail", kwargs={"product_slug": slug, "pk": pk}), changed_at


class CategorySitemap(Languages):
    def items(self) -> list[str]:
        with override(settings.LANGUAGE_CODE):
            return [item.url for root in identity.menu() for item in (root, *root.children)]

    def paths(self, entries: Iterable[str]) -> Iterable[Entry]:
        return ((path, None) for path in entries)


class PageSitemap(Languages):
    def items(self) -> list[Entry]:
        with override(settings.LANGUAGE_CODE):
            pages = [(page.get_absolute_url(), page.changed_at) for page in Page.objects.published()]
            return [(reverse("home"), None), (reverse("contact"), None), *pages]

    def paths(self, entries: Iterable[Entry]) -> Iterable[Entry]:
        return entries


SECTIONS: dict[str, Any] = {"products": ProductSitemap, "categories": CategorySitemap, "pages": PageSitemap}


@cache_control(public=True, max_age=3600)
def index(request: HttpRequest) -> HttpResponse:
    """The list of the files below, so that no file grows too long."""
    files = [
        {"location": f"{settings.SHOP_URL}{reverse('sitemap-section', args=[name])}{f'?p={number}' if number > 1 else ''}"}
        for name, section in SECTIONS.items()
        for number in section().paginator.page_range
    ]
    return render(request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml")


@cache_control(public=True, max_age=3600)
def section(request: HttpRequest, section: str) -> HttpResponse:
    """One file of addresses."""
    return views.sitemap(request, SECTIONS, section=section)
