"""Pages of text, and what browsers and search engines ask for."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shop.content import colours, identity
from shop.content.models import Page

NOT_FOR_CRAWLERS = (
    "/admin/",
    "/accounts/",
    "/basket/add/",
    "/basket/recover/",
    "/checkout/pay/",
    "/checkout/return/",
    "/checkout/thank-you/",
    "/search/",
    "/wishlists/",
)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Page.objects.published(), slug=slug)
    if found.get_absolute_url() != request.path:
        return redirect(found)
    return render(request, "storefront/page.html", {"page": found})


@require_safe
@cache_control(public=True, max_age=31536000, immutable=True)
def theme(_request: HttpRequest) -> HttpResponse:
    """The merchant's colours. The address carries them as its version, so it may be kept for ever."""
    return HttpResponse(identity.theme(), content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(_request: HttpRequest) -> HttpResponse:
    """The shop's first letter on its accent colour."""
    shop = identity.shop()
    letter = next((sign for sign in shop.name if sign.isalnum()), "•").upper()
    words = f'font-family="Georgia,serif" font-size="20" text-anchor="middle" fill="{colours.on(shop.accent)}"'
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="6" fill="{shop.accent}"/><text x="16" y="23" {words}>{letter}</text></svg>'
    )
    return HttpResponse(drawing, content_type="image/svg+xml")


@require_safe
@cache_control(public=True, max_age=3600)
def robots(_request: HttpRequest) -> HttpResponse:
    """What crawlers may read: all that a stranger sees, except what is personal or endless."""
    prefixes = ["", *(f"/{code}" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)]
    lines = ["User-agent: *", *(f"Disallow: {prefix}{path}" for path in NOT_FOR_CRAWLERS for prefix in prefixes)]
    lines.append(f"Sitemap: {settings.SHOP_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
