"""What every page of the shop shows around its own matter: `frame` in every template."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from shop.content import identity
from shop.content.identity import FooterPage, MenuItem
from shop.content.models import CONTACT, Shop


@dataclass(frozen=True)
class Language:
    """The same page in one language."""

    code: str
    name: str
    url: str
    is_present: bool


class Frame:
    """Read by templates/base.html; each part is looked up when a template names it, so a fragment costs nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def shop(self) -> Shop:
        return identity.shop()

    @cached_property
    def menu(self) -> list[MenuItem]:
        return identity.menu()

    @cached_property
    def theme_version(self) -> str:
        return identity.theme_version()

    def shop_pages(self) -> list[FooterPage]:
        return identity.pages("shop")

    def help_pages(self) -> list[FooterPage]:
        return identity.pages("help")

    def legal_pages(self) -> list[FooterPage]:
        return identity.pages("legal")

    def has_contact_page(self) -> bool:
        """Whether the contact form is among the pages above already."""
        return bool(identity.page_address(CONTACT))

    @cached_property
    def delivery_page(self) -> str:
        """Where delivery and returns are explained; empty where no page is called so."""
        return identity.page_address("delivery-returns") or identity.page_address("delivery")

    @cached_property
    def bare_path(self) -> str:
        """The page's path without its language."""
        path = self.request.path
        for code, _name in settings.LANGUAGES:
            if path.startswith(f"/{code}/") and code != settings.LANGUAGE_CODE:
                return path[len(code) + 1 :]
        return path

    @cached_property
    def languages(self) -> list[Language]:
        present = get_language()
        return [
            Language(
                code, name, self.bare_path if code == settings.LANGUAGE_CODE else f"/{code}{self.bare_path}", code == present
            )
            for code, name in settings.LANGUAGES
        ]

    @cached_property
    def address(self) -> str:
        """Where the shop is: in front of a path it makes a full address."""
        return str(settings.SHOP_URL)


def shop(request: HttpRequest) -> dict[str, Any]:
    return {"frame": Frame(request)}
