"""The newsletters the demo shop has sent: their people, their messages, who followed a link, and which orders came of it.

The orders are those of the shop's history, which knew of no newsletter: whoever ordered in the days after one may have come
by its link, and the people held out bought as much as the others. The results say so.
"""

import random
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from campaigns import arms, attribution, links, schedule
from campaigns.letters import blocks, compiling, posting
from campaigns.models import Attribution, Click, Letter, Link, Newsletter, Recipient, Segment, Slot
from shop.customers.models import Consent, Customer, User
from shop.demo import bulk, chapters
from shop.events.models import Event
from shop.forks.order.models import Order
from shop.mail import sheets
from shop.mail.models import Message
from shop.search import index
from shop.search.models import Listing

AGREES_TO_STATISTICS = 0.62
CAME_BY_THE_LINK = 0.45  # of those who ordered within the days after
JUST_LOOKED = 0.06
OPENED_BY_A_SCANNER = 0.04
BOUNCED = 0.004
WORDING = "We count visits to see what is useful. Only with your consent, and without third parties."


def write(today: date, seed: int) -> None:
    """The chapter: three newsletters of the last months and a draft."""
    if not Listing.objects.exists():
        index.rebuild()  # letters show products as lists do
    chance = random.Random(f"{seed} newsletters")
    agreeing = _agree_to_statistics(chance)
    everybody, _new = Segment.objects.get_or_create(name="All subscribers", defaults={"description": "Whoever asked for news"})
    owner = User.objects.filter(email="merchant@teapotlane.example").first()
    for told in _told():
        letter = _letter(told)
        moment = schedule.moment_of(today - timedelta(days=told["days_ago"]), time(told["hour"]))
        row = _newsletter(letter, moment, owner)
        row.segments.set([everybody])
        _send(row, moment, agreeing, chance)
    draft = Newsletter.objects.create(name="Winter teas", letter=letter)
    draft.segments.set([everybody])


def _told() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("demo_letters.toml").read_text())["letters"]
    return found


def _letter(told: dict[str, Any]) -> Letter:
    text, goods, button = (
        blocks.new(blocks.TEXT),
        blocks.new(blocks.PRODUCTS, rule=told["products"]),
        blocks.new(blocks.BUTTON, url="/"),
    )
    text["texts"] = {code: {"html": words} for code, words in told["text"].items()}
    button["texts"] = {code: {"label": words} for code, words in told["button"].items()}
    return Letter.objects.create(
        name=told["name"], subject=told["subject"], preheader=told["preheader"], blocks=[text, goods, button]
    )


def _newsletter(letter: Letter, moment: datetime, by: User | None) -> Newsletter:
    here = timezone.localtime(moment)
    row = Newsletter.objects.create(
        name=letter.name,
        letter=letter,
        content=letter.content,
        state=Newsletter.State.SENT,
        send_on=here.date(),
        send_at=here.time(),
        approved_by=by,
        approved_at=moment - timedelta(hours=20),
        began_at=moment,
        ended_at=moment + timedelta(minutes=4),
    )
    Slot.objects.create(what=f"newsletter:{row.pk}", due_at=moment, taken_at=moment)
    return row


def _send(row: Newsletter, moment: datetime, agreeing: set[int], chance: random.Random) -> None:
    people = list(_subscribed_at(moment))
    held = {one.pk for one in people if arms.is_held_out(f"newsletter:{row.pk}:", one.uid, row.held_out_percent)}
    messages = {
        one.pk: message for one, message in _messages(row, [one for one in people if one.pk not in held], moment, chance)
    }
    bulk.write(Message, messages.values())
    bulk.write(Recipient, [_recipient(row, one, messages.get(one.pk), moment) for one in people])
    subscribers = Customer.objects.filter(pk__in=[one.pk for one in people]).count()
    everybody = Customer.objects.known().filter(created_at__lte=moment).count()
    row.left_out = {"in_segments": everybody, "excluded": 0, "not_subscribed": max(0, everybody - subscribers)}
    row.save(update_fields=["left_out"])
    follow(list(messages.values()), agreeing, chance)


def _subscribed_at(moment: datetime) -> Iterator[Customer]:
    """Whoever agreed to news then, by what they had said until then."""
    said = Consent.objects.filter(customer=OuterRef("pk"), topic=Consent.Topic.NEWS, happened_at__lte=moment)
    latest = said.order_by("-happened_at", "-pk")
    columns = {"said_yes": Subquery(latest.values("is_given")[:1]), "sure": Subquery(latest.values("confirmed_at")[:1])}
    yield from Customer.objects.known().annotate(**columns).filter(said_yes=True, sure__isnull=False).order_by("pk")


def _messages(
    row: Newsletter, people: list[Customer], moment: datetime, chance: random.Random
) -> Iterator[tuple[Customer, Message]]:
    edition = posting.Edition(f"newsletter:{row.pk}", row.content, row.name)
    spoken = {one.language: compiling.language_for(row.content, one.language) for one in people}
    made = {language: posting.sheet_of(edition, language) for language in set(spoken.values())}
    for place, customer in enumerate(people):
        sheet, letter = made[spoken[customer.language]]
        sent_at = moment + timedelta(milliseconds=90 * place)
        name = customer.first_name
        message = Message(
            customer=customer,
            to_address=customer.email or "",
            kind="newsletter",
            key=f"{row.pk}:{customer.pk}",
            topic=row.topic,
            language=sheet.language,
            sheet=sheet,
            state=Message.State.BOUNCED if chance.random() < BOUNCED else Message.State.DELIVERED,
            attempts=1,
            due_at=moment,
            created_at=moment,
            sent_at=sent_at,
            admitted_at=sent_at,
        )
        if message.state == Message.State.BOUNCED:
            message.reason = "550 5.1.1 No such mailbox"
        values = {gap: name or use.fallback for gap, use in letter.uses.by_gap.items()}
        message.values = {**values, "key": links.key_of(message.uid), "way_out": ""}
        message.subject = sheets.in_subject(sheets.parts_of(letter.subject), message.values)
        yield customer, message


def _recipient(row: Newsletter, customer: Customer, message: Message | None, moment: datetime) -> Recipient:
    held = message is None
    return Recipient(
        newsletter=row,
        customer=customer,
        arm=Recipient.Arm.HELD_OUT if held else Recipient.Arm.MAIL,
        outcome=Recipient.Outcome.HELD_OUT if held else Recipient.Outcome.WRITTEN,
        message=message,
        due_at=moment,
        frozen_at=moment,
    )


def follow(messages: list[Message], agreeing: set[int], chance: random.Random) -> None:
    """Clicks on messages that were sent, and the orders that came after them."""
    orders = _orders_of(messages)
    addresses = list(Link.objects.filter(sheet__in={message.sheet_id for message in messages}).order_by("pk"))
    clicks, owed, events = [], [], []
    for message in messages:
        customer_id = message.customer_id or 0
        order, luck = _first_after(message, orders[customer_id]), chance.random()
        clicked_at = _moment_of_click(message, order, luck, chance)
        own = [link for link in addresses if link.sheet_id == message.sheet_id]
        if chance.random() < OPENED_BY_A_SCANNER:
            scanned_at = message.due_at + timedelta(seconds=chance.uniform(90, 120))
            clicks += [_click(message, link, scanned_at, Click.By.MACHINE, agreeing) for link in own]
        if clicked_at is None:
            continue
        link = chance.choice(own)
        clicks.append(_click(message, link, clicked_at, Click.By.HUMAN, agreeing))
        if customer_id in agreeing:
            events.append(_event(message, link, clicked_at))
            if order:
                orders[customer_id].remove(order)
                owed.append(Attribution(order=order, message=message, clicked_at=clicked_at))
    bulk.write(Click, clicks)
    bulk.write(Attribution, owed)
    bulk.write(Event, events)


def _orders_of(messages: list[Message]) -> dict[int, list[Order]]:
    """What people bought that no message has brought yet, oldest first."""
    found: dict[int, list[Order]] = defaultdict(list)
    people = {message.customer_id for message in messages}
    for order in Order.objects.filter(customer__in=people, campaigns_attribution=None).order_by("date_placed"):
        found[order.customer_id or 0].append(order)
    return found


def _first_after(message: Message, orders: list[Order]) -> Order | None:
    sent_at = message.sent_at
    assert sent_at is not None
    return next((order for order in orders if sent_at < order.date_placed <= sent_at + attribution.WINDOW), None)


def _moment_of_click(message: Message, order: Order | None, luck: float, chance: random.Random) -> datetime | None:
    sent_at = message.sent_at
    assert sent_at is not None
    if order:
        seen_at = sent_at + timedelta(minutes=1)
        before = max(seen_at, order.date_placed - timedelta(minutes=chance.uniform(3, 40)))
        return before if luck < CAME_BY_THE_LINK and before < order.date_placed else None
    return sent_at + timedelta(hours=chance.expovariate(1 / 7)) if luck < JUST_LOOKED else None


def _click(message: Message, link: Link, moment: datetime, by: str, agreeing: set[int]) -> Click:
    named = message if message.customer_id in agreeing else None
    return Click(sheet_id=message.sheet_id, link=link, message=named, by=by, happened_at=moment)


def _event(message: Message, link: Link, moment: datetime) -> Event:
    data = {"message_id": message.pk, "link_id": link.pk}
    return Event(
        kind="campaigns.message_clicked",
        customer_id=message.customer_id,
        data=data,
        happened_at=moment,
        recorded_at=moment,
    )


def _agree_to_statistics(chance: random.Random) -> set[int]:
    """Some of the subscribers said yes to the cookie banner; who they are is known of those with an account or an order."""
    known = Consent.Topic.STATISTICS, Consent.Channel.WEB
    already = set(Consent.objects.filter(topic=known[0], is_given=True).values_list("customer_id", flat=True))
    rows = (
        Consent.objects.filter(topic=Consent.Topic.NEWS, is_given=True)
        .exclude(customer__in=already)
        .order_by("customer_id", "pk")
    )
    new = [
        Consent(
            customer_id=row.customer_id,
            topic=known[0],
            channel=known[1],
            is_given=True,
            source=Consent.Source.BANNER,
            wording=WORDING,
            happened_at=row.happened_at,
        )
        for row in rows.distinct("customer_id")
        if chance.random() < AGREES_TO_STATISTICS
    ]
    bulk.write(Consent, new)
    return already | {row.customer_id for row in new}


chapters.add("campaigns", "Newsletters of the last months", write)
