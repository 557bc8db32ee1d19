"""Where a promotion is: draft, scheduled, live, paused, ended."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shop.forks.offer.models import ConditionalOffer

DRAFT, SCHEDULED, LIVE, PAUSED, ENDED = "draft", "scheduled", "live", "paused", "ended"
NAMES = {DRAFT: _("draft"), SCHEDULED: _("scheduled"), LIVE: _("live"), PAUSED: _("paused"), ENDED: _("ended")}
COLOURS = {DRAFT: "warning", SCHEDULED: "info", LIVE: "success", PAUSED: "danger", ENDED: "primary"}


def of(offer: ConditionalOffer, now: datetime) -> str:
    """One that is used up or whose budget is given away has ended, whatever its dates say."""
    is_over = bool(offer.end_datetime and offer.end_datetime <= now)
    if offer.is_draft:
        return DRAFT
    if is_over or not _is_left(offer):
        return ENDED
    if offer.is_suspended:
        return PAUSED
    return SCHEDULED if offer.start_datetime and offer.start_datetime > now else LIVE


def switch(offer: ConditionalOffer, *, to: str) -> None:
    """Make it a draft, pause it, or let it run within its dates. Not saved yet."""
    offer.is_draft = to == DRAFT
    offer.status = ConditionalOffer.SUSPENDED if to in (DRAFT, PAUSED) else ConditionalOffer.OPEN


def _is_left(offer: ConditionalOffer) -> bool:
    used_up = offer.max_global_applications is not None and offer.num_applications >= offer.max_global_applications
    return not used_up and offer.budget_left != 0
