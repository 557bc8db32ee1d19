"""What may be wrong with a letter, in words for its author. An error keeps it from being approved, a warning does not."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils.translation import gettext, override

from campaigns import links
from campaigns.letters import blocks, compiling, goods, posting, variables
from campaigns.letters.blocks import Block
from campaigns.models import Picture
from shop.mail import sheets
from shop.search import cards

CLIPPED = 102 * 1024  # bytes of HTML after which Gmail cuts a mail off, with the way to unsubscribe
LONG_SUBJECT = 70  # characters; phones show about half of that


@dataclass(frozen=True)
class Finding:
    """One thing to look at. `block`: the id of where it is; `language`: in which language, empty for all."""

    text: str
    is_error: bool = False
    block: str = ""
    language: str = ""


def of(content: dict[str, Any]) -> list[Finding]:
    """All findings, errors first."""
    found = [*_of_languages(content), *_of_blocks(content), *_of_mails(content)]
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.is_error)


def missing_in(content: dict[str, Any]) -> list[str]:
    """The languages in which nobody will get the letter, because something is not written there."""
    codes = [code for code, _name in settings.LANGUAGES]
    complete = blocks.languages_of(content, codes)
    return [code for code in codes if code not in complete]


def _of_languages(content: dict[str, Any]) -> Iterator[Finding]:
    names = dict(settings.LANGUAGES)
    main = compiling.main_language()
    for code in missing_in(content):
        if code == main:
            continue
        yield Finding(
            gettext("%(language)s is not complete: these people get it in %(main)s.")
            % {"language": names[code], "main": names[main]},
            language=code,
        )
    if not content["subject"].get(main, "").strip():
        yield Finding(gettext("There is no subject in %(main)s.") % {"main": names[main]}, is_error=True, language=main)
    if not content["blocks"]:
        yield Finding(gettext("The letter is empty."), is_error=True)
    for code, subject in content["subject"].items():
        if len(subject) > LONG_SUBJECT:
            yield Finding(
                gettext("The subject has %(count)d characters; many mailboxes show no more than %(limit)d.")
                % {"count": len(subject), "limit": LONG_SUBJECT},
                language=code,
            )


def _of_blocks(content: dict[str, Any]) -> Iterator[Finding]:
    main = compiling.main_language()
    for block in content["blocks"]:
        if not blocks.is_complete(block, main) and block["kind"] != blocks.PICTURE:
            text = gettext("A block has no words in %(main)s.") % {"main": dict(settings.LANGUAGES)[main]}
            yield Finding(text, is_error=True, block=block["id"], language=main)
        if check := _CHECKS.get(block["kind"]):
            yield from check(block, main)


def _picture(block: Block, main: str) -> Iterator[Finding]:
    if not Picture.objects.filter(pk=block["settings"].get("picture") or 0).exists():
        yield Finding(gettext("A picture is missing."), is_error=True, block=block["id"])
    if not blocks.is_complete(block, main):
        text = gettext("A picture has no words for those who do not see it. Many mailboxes hide pictures at first.")
        yield Finding(text, is_error=True, block=block["id"], language=main)


def _products(block: Block, main: str) -> Iterator[Finding]:
    chosen = block["settings"]
    if chosen["rule"] in goods.PERSONAL:
        return
    if chosen["rule"] == goods.BY_HAND:
        known = {card.product_id: card for card in cards.for_products(chosen["ids"], main)}
        for pk in chosen["ids"]:
            card = known.get(pk)
            if card is None:
                yield Finding(gettext("A chosen product is not in the shop any more."), block=block["id"])
            elif card.availability == "out":
                text = gettext("%(product)s is sold out; it is left out while it is.") % {"product": card.title}
                yield Finding(text, block=block["id"])
    if not goods.shared(chosen["rule"], chosen["count"], main, chosen.get("ids") or [], chosen.get("category")):
        yield Finding(gettext("A block of products shows none."), is_error=True, block=block["id"])


def _points(block: Block, main: str) -> Iterator[Finding]:
    if "points" not in variables.named():
        yield Finding(gettext("There are no points in this shop: the block shows nothing."), block=block["id"])


_CHECKS = {blocks.PICTURE: _picture, blocks.PRODUCTS: _products, blocks.POINTS: _points}


def _of_mails(content: dict[str, Any]) -> Iterator[Finding]:
    """What shows only in the whole mail, in each language that people get."""
    main = compiling.main_language()
    codes = [main, *(code for code in blocks.languages_of(content, [c for c, _n in settings.LANGUAGES]) if code != main)]
    for code in codes:
        letter = compiling.compiled(content, code)
        for name in sorted(letter.uses.unknown):
            yield Finding(gettext("Nobody knows the word {{ %(name)s }}.") % {"name": name}, is_error=True, language=code)
        yield from _of_size(content, code)
        for url in letter.urls():
            yield from _of_link(url, code)
        for url in _unfollowed(letter.html):
            yield Finding(gettext("This link leads nowhere: %(url)s") % {"url": url}, is_error=True, language=code)
        if sheets.gap("way_out") not in letter.html:
            yield Finding(gettext("There is no way to unsubscribe."), is_error=True, language=code)


def _of_size(content: dict[str, Any], code: str) -> Iterator[Finding]:
    size = len(posting.previewed(content, code, None).html.encode())
    if size > CLIPPED:
        text = gettext("The mail weighs %(size)d kB; Gmail cuts off after 102 kB, and with it the way to unsubscribe.")
        yield Finding(text % {"size": size // 1024}, is_error=True, language=code)


def _of_link(url: str, code: str) -> Iterator[Finding]:
    if not links.is_ours(url):
        text = gettext("This link leads out of the shop: %(url)s") % {"url": url}
        yield Finding(text, language=code)
    elif not _is_known(urlsplit(url).path):
        text = gettext("There is no such page in the shop: %(url)s") % {"url": url}
        yield Finding(text, is_error=True, language=code)


def _is_known(path: str) -> bool:
    for code, _name in settings.LANGUAGES:
        with override(code):
            try:
                resolve(path or "/")
            except (Resolver404, Http404):
                continue
            return True
    return False


def _unfollowed(page: str) -> list[str]:
    """Addresses without a protocol, which a mail program cannot open."""
    found = {html.unescape(url) for url in re.findall(r'href="([^"]*)"', page)}
    return sorted(
        url
        for url in found
        if sheets.OPEN not in url and not links.is_followed(url) and not url.startswith(("mailto:", "tel:"))
    )
