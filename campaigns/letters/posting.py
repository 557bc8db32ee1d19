"""A letter to people: the one door for newsletters and automations.

An `Edition` is a letter that is sent because of something; it is worked out once for each language and kept as a sheet.
`write` writes the messages of a batch, in a number of queries that does not grow with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from campaigns import links
from campaigns.letters import blocks, compiling, goods, terms, variables
from campaigns.letters.compiling import Compiled, Piece
from shop.content import identity
from shop.customers import facts
from shop.customers.models import Consent, Customer
from shop.forks.voucher.models import Voucher
from shop.mail import gate, outbox, plaintext, sheets
from shop.mail.models import Message, Sheet
from shop.mail.rendering import Rendered
from shop.mail.sheets import gap
from shop.pricing import personal
from shop.search import cards

Values = dict[str, str | list[str]]
SAMPLE_CODE = "ABCD-EFGH-JKLM"
_kept: dict[str, tuple[Sheet, Compiled]] = {}  # what this process has worked out


@dataclass(frozen=True)
class Edition:
    """What is sent. `key` names it for ever ("newsletter:12", "automation:3:step:1"): with another content take another key.

    `campaign` stands in the addresses of its links (utm_campaign); `kind` and `topic` are those of the messages.
    """

    key: str
    content: dict[str, Any]
    campaign: str
    kind: str = "newsletter"
    topic: str = Consent.Topic.NEWS
    priority: int = 0


@dataclass(frozen=True)
class Post:
    """One message to be. `cause` is unique within the edition's kind; `product_ids`, `url`: what an automation is about."""

    customer: Customer
    cause: str
    due_at: datetime
    product_ids: Sequence[int] = ()
    url: str = "/"
    expires_at: datetime | None = None
    uid: UUID = field(default_factory=uuid4)


@transaction.atomic
def write(edition: Edition, posts: Sequence[Post], *, is_asked: bool = False, now: datetime | None = None) -> list[Message]:
    """The messages, in the order of the posts; those that may not be sent are `WITHHELD` with the reason.

    In the caller's transaction, which holds what the causes stand for: a cause that was written before raises. `is_asked`:
    the caller has just asked the gate about all of them. Vouchers are good from `now`.
    """
    by_language: dict[str, list[Post]] = {}
    for post in posts:
        by_language.setdefault(compiling.language_for(edition.content, post.customer.language), []).append(post)
    found: dict[UUID, Message] = {}
    for language, mine in by_language.items():
        sheet, letter = sheet_of(edition, language)
        for message in _write(edition, sheet, letter, mine, is_asked, now):
            found[message.uid] = message
    return [found[post.uid] for post in posts]


def sheet_of(edition: Edition, language: str) -> tuple[Sheet, Compiled]:
    """The sheet of an edition in a language; the first who asks makes it."""
    key = f"{edition.key}:{language}"
    kept = _kept.get(key)
    if kept is not None and Sheet.objects.filter(pk=kept[0].pk, key=key).exists():
        return kept
    letter = compiling.compiled(edition.content, language)
    sheet = Sheet.objects.filter(key=key).first() or _make(key, edition, letter)
    if len(_kept) > sheets.KEPT:
        _kept.clear()
    _kept[key] = sheet, letter
    return sheet, letter


def previewed(content: dict[str, Any], language: str, customer: Customer | None) -> Rendered:
    """What a customer would get, or somebody of whom the samples of all facts are true. Writes nothing."""
    letter = compiling.compiled(content, language)
    posts = [Post(customer or Customer(first_name="", language=language), "preview", timezone.now())]
    known = _samples(letter) if customer is None else _facts(letter, posts)[customer.pk]
    page, text = letter.finished()
    values = _common(letter, known, language) | {"way_out": "", "choices": ""}
    for name, piece in letter.pieces.items():
        rows = _cards(piece, posts, language)
        own = {"url": "/", **_sample(piece, language)}
        values[name] = _piece(piece, values | own, rows.get(posts[0].uid, []), known)
    subject = sheets.in_subject(sheets.parts_of(letter.subject), values)
    return Rendered(subject, sheets.in_text(sheets.parts_of(text), values), sheets.in_html(sheets.parts_of(page), values))


def _make(key: str, edition: Edition, letter: Compiled) -> Sheet:
    """Its links are rows of their own, so the words are complete only once those have their numbers."""
    try:
        with transaction.atomic():
            sheet = Sheet.objects.create(key=key, language=letter.language, subject=letter.subject, html="", text="")
            urls = {url: links.tagged(url, edition.campaign) for url in letter.urls()}
            made = links.numbers(sheet, urls.values())
            follow = {url: outbox.absolute(links.path(gap("key"), made[whole])) for url, whole in urls.items()}
            hidden = outbox.absolute(links.path(gap("key"), links.HIDDEN))
            sheet.html, sheet.text = letter.finished(follow, hidden)
            sheet.save(update_fields=["html", "text"])
    except IntegrityError:  # another worker was quicker
        return Sheet.objects.get(key=key)
    return sheet


def _write(
    edition: Edition, sheet: Sheet, letter: Compiled, posts: list[Post], is_asked: bool, now: datetime | None
) -> list[Message]:
    known = _facts(letter, posts)
    common = {post.uid: _common(letter, known.get(post.customer.pk, {}), letter.language) for post in posts}
    values: dict[UUID, Values] = {post.uid: {**common[post.uid], "key": links.key_of(post.uid)} for post in posts}
    for name, piece in letter.pieces.items():
        vouchers = _vouchers(edition, piece, posts, letter.language, is_asked, now)
        filled = _fill(edition, sheet, piece, posts, letter.language, vouchers)
        for post in posts:
            own = {**common[post.uid], **filled[post.uid][0]}
            values[post.uid][name] = _piece(piece, own, filled[post.uid][1], known.get(post.customer.pk, {}))
    drafts = [
        outbox.Draft(post.customer, post.cause, values[post.uid], post.due_at, post.expires_at, post.uid) for post in posts
    ]
    return outbox.send_many(edition.kind, sheet, drafts, topic=edition.topic, priority=edition.priority, is_asked=is_asked)


def _fill(
    edition: Edition, sheet: Sheet, piece: Piece, posts: list[Post], language: str, vouchers: dict[str, Voucher]
) -> dict[UUID, tuple[dict[str, str], list[dict[str, str]]]]:
    """What goes into the gaps and the rows of a piece, for each post."""
    rows = _cards(piece, posts, language)
    urls = {url for found in rows.values() for row in found for url in [row["url"]]}
    if piece.block["kind"] == blocks.BUTTON:
        urls |= {outbox.absolute(post.url) for post in posts}
    made = {url: links.tagged(url, edition.campaign) for url in urls}
    numbers = links.numbers(sheet, made.values())

    def follow(url: str, post: Post) -> str:
        return outbox.absolute(links.path(links.key_of(post.uid), numbers[made[url]]))

    return {
        post.uid: (
            {
                **_of_voucher(piece, vouchers.get(post.cause), language),
                "url": follow(outbox.absolute(post.url), post) if piece.block["kind"] == blocks.BUTTON else "",
            },
            [{**row, "url": follow(row["url"], post)} for row in rows.get(post.uid, [])],
        )
        for post in posts
    }


def _facts(letter: Compiled, posts: Sequence[Post]) -> dict[int, dict[str, Any]]:
    keys = letter.fact_keys() & {fact.key for fact in facts.every()}
    if not keys:
        return {post.customer.pk: {} for post in posts}
    people = Customer.objects.filter(pk__in=[post.customer.pk for post in posts])
    return {row["pk"]: row for row in facts.columns(people, keys)}


def _samples(letter: Compiled) -> dict[str, Any]:
    return {fact.key: fact.sample for fact in facts.every() if fact.key in letter.fact_keys()}


def _sample(piece: Piece, language: str) -> dict[str, str]:
    """A voucher that nobody can use, as it would be written today."""
    if piece.block["kind"] != blocks.VOUCHER:
        return {}
    until = timezone.localdate() + timedelta(days=int(piece.block["settings"]["days"]))
    with override(language):
        return {"code": SAMPLE_CODE, "terms": terms.of_voucher(piece.block["settings"], until)}


def _common(letter: Compiled, known: Mapping[str, Any], language: str) -> Values:
    return {**variables.values(letter.uses, known, language, {"shop_name": identity.shop().name})}


def _cards(piece: Piece, posts: Sequence[Post], language: str) -> dict[UUID, list[dict[str, str]]]:
    """The rows of products for each post; what is sold out is left out, and who has none gets best sellers."""
    chosen = piece.block["settings"]
    if piece.block["kind"] != blocks.PRODUCTS:
        return {}
    rule, count = chosen["rule"], int(chosen["count"])
    people = [post.customer for post in posts if post.customer.pk]
    own = {} if rule == goods.CAUSE else goods.personal(rule, count, people)
    wanted = {post.uid: list(post.product_ids) or own.get(post.customer.pk or 0, []) for post in posts}
    with override(language):
        ids = {pk for found in wanted.values() for pk in found}
        known = {card.product_id: card for card in cards.for_products(ids, language) if card.availability != "out"}
        instead = [] if rule == goods.CAUSE else [compiling.row_of(card) for card in cards.best_sellers(count, language)]
        rows = {pk: compiling.row_of(card) for pk, card in known.items()}
        return {uid: [rows[pk] for pk in found if pk in rows][:count] or instead for uid, found in wanted.items()}


def _vouchers(
    edition: Edition, piece: Piece, posts: list[Post], language: str, is_asked: bool, now: datetime | None
) -> dict[str, Voucher]:
    """A voucher for each who may be written to, by the cause of the post; the same cause gives the same voucher."""
    if piece.block["kind"] != blocks.VOUCHER:
        return {}
    chosen = piece.block["settings"]
    if not is_asked:
        said = gate.objections([(post.customer, edition.topic, post.customer.email or "") for post in posts])
        posts = [post for post, reason in zip(posts, said, strict=True) if not reason]
    if not posts:
        return {}
    causes = {f"{edition.kind}:{post.cause}:{piece.block['id']}": post for post in posts}
    with override(language):
        name = terms.gift(chosen)
    made = personal.issue_all(
        {cause: post.customer for cause, post in causes.items()},
        kind=chosen["kind"],
        value=Decimal(chosen["value"] or 0),
        days=int(chosen["days"]),
        name=name,
        min_total=Decimal(chosen["min_total"]) if chosen.get("min_total") else None,
        now=now,
    )
    return {post.cause: made[cause] for cause, post in causes.items()}


def _of_voucher(piece: Piece, voucher: Voucher | None, language: str) -> dict[str, str]:
    """The code, and what it gives until its own last day: what is written is what the till takes."""
    if voucher is None:
        return {"code": "", "terms": ""}
    with override(language):
        until = timezone.localtime(voucher.end_datetime).date()
        return {"code": voucher.code, "terms": terms.of_voucher(piece.block["settings"], until)}


def _piece(piece: Piece, values: Mapping[str, Any], rows: list[dict[str, str]], known: Mapping[str, Any]) -> list[str]:
    """HTML and text of a piece for one person; nothing where it would be empty."""
    kind = piece.block["kind"]
    if (kind == blocks.PRODUCTS and not rows) or (kind == blocks.POINTS and not _has_points(piece, known)):
        return ["", ""]
    drawn = [
        "".join(sheets.in_html(piece.row, row) for row in rows),
        "\n".join(sheets.in_text(piece.row_text, row) for row in rows),
    ]
    whole = {**values, "rows": drawn}
    return [sheets.in_html(piece.html, whole), plaintext.tidy(sheets.in_text(piece.text, whole))]


def _has_points(piece: Piece, known: Mapping[str, Any]) -> bool:
    return int(known.get("loyalty_points") or 0) >= int(piece.block["settings"].get("at_least") or 0)
