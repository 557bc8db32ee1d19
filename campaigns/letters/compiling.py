"""A letter in one language, worked out once for all who get it: words with gaps, and pieces that differ from person to person.

Drawing, inlining styles and looking up products happen here, once for thousands; what is left for each person is to fill
gaps (`posting`).
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import override

from campaigns import links
from campaigns.letters import blocks, goods, terms, variables
from campaigns.letters.blocks import Block
from campaigns.letters.variables import Uses
from campaigns.models import Picture
from shop import money
from shop.content import markup
from shop.mail import outbox, plaintext, rendering, sheets
from shop.mail.sheets import gap
from shop.search.cards import Card

PICTURE_WIDTH = 518  # of a mail's inside, in CSS pixels
_HREF = re.compile(r'href="([^"]*)"')
_ROW = re.compile(r"<!--\[\[row-->(.*?)<!--row\]\]-->", re.DOTALL)
_MARK = re.compile(r"<!--(?:\[\[\w+|\w+\]\])-->")
_HIDDEN = '<div style="display:none;max-height:0;overflow:hidden"><a href="{}" rel="nofollow" tabindex="-1">&nbsp;</a></div>'

Follow = Callable[[str], str]


@dataclass(frozen=True)
class Piece:
    """A block that is not the same for everybody, as HTML and as text with gaps; `row` is what repeats in it."""

    block: Block
    html: sheets.Parts
    text: sheets.Parts
    row: sheets.Parts = field(default_factory=list)
    row_text: sheets.Parts = field(default_factory=list)


@dataclass
class Compiled:
    """A letter in one language. `html` has a gap `b_<id>` where a piece goes."""

    language: str
    subject: str
    html: str
    uses: Uses
    pieces: dict[str, Piece]

    def fact_keys(self) -> set[str]:
        """The facts that are needed of each person."""
        points = {"loyalty_points"} if any(piece.block["kind"] == blocks.POINTS for piece in self.pieces.values()) else set()
        return self.uses.keys() | points

    def urls(self) -> list[str]:
        """The addresses it leads to, those of pieces left aside."""
        found = (html.unescape(url) for url in _HREF.findall(self.html))
        return list(dict.fromkeys(url for url in found if links.is_followed(url) and sheets.OPEN not in url))

    def finished(self, follow: Mapping[str, str] | None = None, hidden: str = "") -> tuple[str, str]:
        """HTML and text. `follow` says which address stands for which, `hidden` is the one that only machines open."""
        page = self.html
        if follow:
            page = _HREF.sub(lambda found: _followed(found, follow), page)
        text = plaintext.of(re.sub(f"({sheets.OPEN}b_\\w+{sheets.CLOSE})", r"<p>\1</p>", page))
        return (page.replace("</body>", f"{_HIDDEN.format(hidden)}</body>", 1) if hidden else page), text


def main_language() -> str:
    return str(settings.LANGUAGE_CODE)


def language_for(content: dict[str, Any], spoken: str) -> str:
    """The language in which somebody gets the letter: theirs if all of it is written in it, else the shop's."""
    return spoken if spoken in blocks.languages_of(content, [spoken]) else main_language()


def compiled(content: dict[str, Any], language: str) -> Compiled:
    """The letter in a language, whatever of it is written there."""
    uses = Uses()
    with override(language):
        drawn = [_drawn(block, language, uses) for block in content["blocks"]]
        preheader = _text_in(content["preheader"], language)
        context = {
            "subject": variables.with_gaps(_text_in(content["subject"], language), uses, is_html=False),
            "preheader": variables.with_gaps(preheader, uses, is_html=False),
            "blocks": drawn,
            "unsubscribe_url": outbox.absolute(gap("way_out")),
            "preferences_url": outbox.absolute(gap("choices")),
        }
        whole = rendering.render("letter", context, language)
    pieces: dict[str, Piece] = {}
    page = whole.html
    for block, values in zip(content["blocks"], drawn, strict=True):
        if values["differs"]:
            page, pieces[f"b_{block['id']}"] = _cut_out(page, block)
    return Compiled(language, whole.subject, _MARK.sub("", page), uses, pieces)


def _text_in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get(main_language()) or next(iter(texts.values()), "")


def _drawn(block: Block, language: str, uses: Uses) -> dict[str, Any]:
    """What the template of a block needs. `differs`: it is another for each person."""
    texts = blocks.texts_of(block, language) or blocks.texts_of(block, main_language())
    values, differs = _DRAWN[block["kind"]](block["settings"], texts, language, uses)
    return {"id": block["id"], "template": f"mail/letter/{block['kind']}.html", "differs": differs, **values}


def _text(chosen: dict[str, Any], texts: dict[str, str], language: str, uses: Uses) -> tuple[dict[str, Any], bool]:
    clean = markup.clean(texts.get("html", ""))
    return {"html": variables.with_gaps(_HREF.sub(_absolute, clean), uses, is_html=True)}, False


def _picture(chosen: dict[str, Any], texts: dict[str, str], language: str, uses: Uses) -> tuple[dict[str, Any], bool]:
    picture = Picture.objects.filter(pk=chosen.get("picture") or 0).first()
    url = chosen.get("url") or ""
    return {
        "src": outbox.absolute(picture.file.url) if picture else "",
        "width": min(picture.width, PICTURE_WIDTH) if picture else 0,
        "alt": sheets.without_gaps(texts.get("alt", "")),
        "url": outbox.absolute(url) if url else "",
    }, False


def _button(chosen: dict[str, Any], texts: dict[str, str], language: str, uses: Uses) -> tuple[dict[str, Any], bool]:
    label = variables.with_gaps(texts.get("label", ""), uses, is_html=False)
    if chosen.get("to") == blocks.CAUSE:
        return {"label": label, "url": gap("url")}, True
    return {"label": label, "url": outbox.absolute(chosen.get("url") or "/")}, False


def _products(chosen: dict[str, Any], texts: dict[str, str], language: str, uses: Uses) -> tuple[dict[str, Any], bool]:
    heading = variables.with_gaps(texts.get("heading", ""), uses, is_html=False)
    rule, count = chosen["rule"], chosen["count"]
    if rule in goods.PERSONAL:
        return {"heading": heading, "rows": [{name: gap(name) for name in ROW}]}, True
    shown = goods.shared(rule, count, language, chosen.get("ids") or [], chosen.get("category"))
    return {"heading": heading, "rows": [row_of(card) for card in shown]}, False


def _voucher(chosen: dict[str, Any], texts: dict[str, str], language: str, uses: Uses) -> tuple[dict[str, Any], bool]:
    return {
        "heading": variables.with_gaps(texts.get("heading", ""), uses, is_html=False),
        "words": variables.with_gaps(texts.get("words", ""), uses, is_html=False),
        "code": gap("code"),
        "terms": gap("terms"),
    }, True


def _points(chosen: dict[str, Any], texts: dict[str, str], language: str, uses: Uses) -> tuple[dict[str, Any], bool]:
    return {"words": variables.with_gaps(texts.get("words", ""), uses, is_html=False)}, True


def _line(chosen: dict[str, Any], texts: dict[str, str], language: str, uses: Uses) -> tuple[dict[str, Any], bool]:
    return {}, False


_DRAWN = {
    blocks.TEXT: _text,
    blocks.PICTURE: _picture,
    blocks.BUTTON: _button,
    blocks.PRODUCTS: _products,
    blocks.VOUCHER: _voucher,
    blocks.POINTS: _points,
    blocks.LINE: _line,
}
ROW = ("title", "summary", "url", "picture", "price", "was")


def row_of(card: Card) -> dict[str, str]:
    """A product as a row of a letter, in the active language."""
    price = money.shown(card.price, card.currency) if card.price is not None else ""
    return {
        "title": card.title,
        "summary": card.summary,
        "url": outbox.absolute(card.url),
        "picture": outbox.absolute(card.picture.in_mail) if card.picture else "",
        "price": terms.from_price(price) if card.price_is_from else price,
        "was": money.shown(card.compare_at, card.currency) if card.compare_at is not None else "",
    }


def _cut_out(page: str, block: Block) -> tuple[str, Piece]:
    """The page with a gap where a block stands, and the block."""
    begin, end = f"<!--[[{block['id']}-->", f"<!--{block['id']}]]-->"
    before, _mark, rest = page.partition(begin)
    inside, _mark, after = rest.partition(end)
    row = _ROW.search(inside)
    if row:
        inside = inside.replace(row[0], gap("rows"), 1)
    inside = _MARK.sub("", inside)
    shown = (inside, _text_of(inside), *((row[1], _text_of(row[1])) if row else ()))
    piece = Piece(block, *map(sheets.parts_of, shown))
    return f"{before}{gap('b_' + block['id'])}{after}", piece


def _text_of(piece: str) -> str:
    """As text. An address that is a gap is an address all the same."""
    protocol = "http://"
    marked = _HREF.sub(lambda found: f'href="{protocol}{found[1]}"' if found[1] == gap("url") else found[0], piece)
    return plaintext.of(marked).replace(f"{protocol}{gap('url')}", gap("url"))


def _absolute(found: re.Match[str]) -> str:
    url = html.unescape(found[1])
    return f'href="{html.escape(outbox.absolute(url))}"' if url.startswith("/") else found[0]


def _followed(found: re.Match[str], follow: Mapping[str, str]) -> str:
    url = html.unescape(found[1])
    return f'href="{html.escape(follow[url])}"' if url in follow else found[0]
