"""Automations that the shop brings along: made once, the merchant's to change.

Off until the merchant wants them, but for those that somebody asks for by a form of the shop: what a page promises is kept
from the first day.
"""

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from campaigns.automations import running
from campaigns.letters import blocks
from campaigns.models import Automation, Letter, Segment, Trigger
from shop.customers.models import Consent

_LETTERS = Path(__file__).with_name("ready.toml")
_TEXTS = ("html", "label", "heading", "words", "alt")


@dataclass(frozen=True)
class Ready:
    """One of them. A step that names a letter sends it; `segment` is the code of a ready-made segment."""

    code: str
    trigger: str
    name: Any
    description: Any
    steps: tuple[str | dict[str, Any], ...]
    segment: str = ""
    topic: str = Consent.Topic.NEWS
    again_after_days: int | None = None
    held_out_percent: int = 10
    is_promised: bool = False
    more: dict[str, Any] = field(default_factory=dict)


def _wait(amount: int, unit: str) -> dict[str, Any]:
    return {"do": "wait", "amount": amount, "unit": unit}


ALL = (
    Ready(
        "welcome", Trigger.SUBSCRIBED, gettext_lazy("Welcome"),
        gettext_lazy("A voucher at once, and four days later what others come back for."),
        ("welcome", _wait(4, "days"), "welcome_later"),
    ),
    Ready(
        "basket", Trigger.BASKET_LEFT, gettext_lazy("Basket left behind"),
        gettext_lazy("After an hour and after a day, for those who asked to be reminded."),
        ("basket", _wait(23, "hours"), "basket_again"),
        topic=Consent.Topic.BASKET, again_after_days=7, is_promised=True,
    ),
    Ready(
        "running-low", Trigger.ORDER_DELIVERED, gettext_lazy("After the order: running low?"),
        gettext_lazy("Three weeks after delivery: the same again, and what goes with it."),
        (_wait(21, "days"), {"do": "until", "hour": 10}, "running_low"),
        again_after_days=45,
    ),
    Ready(
        "back", Trigger.BACK_IN_STOCK, gettext_lazy("Back in stock"),
        gettext_lazy("In waves: three people for each unit, the longest waiting first."),
        ("back",),
        topic=Consent.Topic.STOCK, held_out_percent=0, is_promised=True,
    ),
    Ready(
        "miss-you", Trigger.SEGMENT, gettext_lazy("We miss you"),
        gettext_lazy("Bought twice or more, and then nothing for three months."),
        ({"do": "until", "hour": 10}, "miss_you"),
        segment="at-risk", again_after_days=180,
    ),
    Ready(
        "birthday", Trigger.BIRTHDAY, gettext_lazy("Birthday"),
        gettext_lazy("A voucher in the morning of the day."),
        ({"do": "until", "hour": 9}, "birthday"),
        more={"ends_with_order": False},
    ),
    Ready(
        "points", Trigger.POINTS_EXPIRING, gettext_lazy("Points about to expire"),
        gettext_lazy("Two weeks before they do."),
        ({"do": "until", "hour": 10}, "points"),
    ),
)  # fmt: skip


@transaction.atomic
def ensure() -> int:
    """Make those that are missing; return how many. Those whose segment cannot be asked here are left out."""
    present = set(Automation.objects.exclude(code=None).values_list("code", flat=True))
    groups = {segment.code: segment for segment in Segment.objects.exclude(code=None)}
    missing = [one for one in ALL if one.code not in present and (not one.segment or one.segment in groups)]
    written = tomllib.loads(_LETTERS.read_text(encoding="utf-8"))
    for one in missing:
        steps = [{"do": "send", "letter": _letter(written[step]).pk} if isinstance(step, str) else step for step in one.steps]
        automation = Automation.objects.create(
            code=one.code,
            trigger=one.trigger,
            name=str(one.name),
            description=str(one.description),
            segment=groups.get(one.segment),
            topic=one.topic,
            again_after_days=one.again_after_days,
            held_out_percent=Decimal(one.held_out_percent),
            steps=steps,
            is_on=one.is_promised,
            **one.more,
        )
        running.put_to_work(automation)
    return len(missing)


def _letter(written: dict[str, Any]) -> Letter:
    return Letter.objects.create(
        name=written["name"],
        subject=written["subject"],
        preheader=written["preheader"],
        blocks=[_block(one) for one in written["blocks"]],
    )


def _block(written: dict[str, Any]) -> blocks.Block:
    block = blocks.new(written["kind"], **{name: value for name, value in written.items() if name not in (*_TEXTS, "kind")})
    for name in _TEXTS:
        for language, text in written.get(name, {}).items():
            block["texts"].setdefault(language, {})[name] = text
    return block
