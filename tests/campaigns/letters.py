"""Letters, newsletters and their readers for tests, made through the doors the shop goes through."""

import itertools
from decimal import Decimal

from django.utils import timezone

from campaigns import newsletters
from campaigns.letters import blocks
from campaigns.models import Letter, Newsletter, Segment
from shop.customers import consent
from shop.customers.models import Customer
from tests import make

_numbers = itertools.count(1)
EVERYBODY = {"match": "all", "groups": []}


def subscriber(email: str = "", **fields: object) -> Customer:
    """Somebody who asked for news and confirmed it."""
    customer = make.customer(email, **fields)
    consent.give(customer, "news", source="form", confirmed_at=timezone.now())
    return customer


def block(kind: str, language: str = "en", texts: dict[str, str] | None = None, **settings: object) -> blocks.Block:
    made = blocks.new(kind, **settings)
    made["texts"] = {language: texts} if texts else {}
    return made


def text(words: str) -> blocks.Block:
    return block(blocks.TEXT, texts={"html": f"<p>{words}</p>"})


def letter(*parts: blocks.Block, subject: str = "New teas", **fields: object) -> Letter:
    found = list(parts) or [text("Hello {{ first_name | there }}.")]
    return Letter.objects.create(
        name="Autumn", subject={"en": subject}, preheader={"en": "They are here"}, blocks=found, **fields
    )


def segment(rules: object = None, name: str = "") -> Segment:
    return Segment.objects.create(name=name or f"Everybody {next(_numbers)}", rules=rules or EVERYBODY)


def newsletter(*, to: Segment | None = None, held_out: int = 0, **fields: object) -> Newsletter:
    """A draft to everybody, with nobody held out unless so many per cent are."""
    fields.setdefault("letter", None)
    fields["letter"] = fields["letter"] or letter()
    made = Newsletter.objects.create(**{"name": "Autumn teas", "held_out_percent": Decimal(held_out), **fields})
    made.segments.set([to or segment()])
    return made


def begun(made: Newsletter) -> Newsletter:
    """Approved, scheduled for now, and its audience frozen."""
    newsletters.approve(made, make.staff("owner"))
    newsletters.send_now(made)
    newsletters.begin_due()
    made.refresh_from_db()
    return made


def written(made: Newsletter) -> Newsletter:
    """Begun, and all messages that may be written now are."""
    begun(made)
    while newsletters.write_due():
        pass
    made.refresh_from_db()
    return made
