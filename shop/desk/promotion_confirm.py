"""Before a live promotion is changed or ended: what changes, for whom, and what it does to the baskets that have it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from shop import languages
from shop.desk import promotion_changes, promotion_draft, promotion_effect, promotion_losses, promotion_states
from shop.desk.promotion_effect import Effect
from shop.desk.promotion_losses import Loss
from shop.forks.offer.models import ConditionalOffer
from shop.pricing import groups

CONFIRMED = "_confirmed"
TEXTS = ("name", "description", "badge", "banner")
Rows = Iterable[tuple[str, str]]


@dataclass
class Consequences:
    """What somebody should know before they go on."""

    changes: list[str] = field(default_factory=list)
    effect: Effect | None = None  # on the open baskets
    losses: list[Loss] = field(default_factory=list)

    @property
    def shown_losses(self) -> list[tuple[str, Loss]]:
        return promotion_losses.named(self.losses)

    @property
    def more_losses(self) -> int:
        return max(len(self.losses) - promotion_losses.SHOWN, 0)


def who(offer: ConditionalOffer) -> str:
    """For whom it is, as staff read it."""
    return who_of([offer])[offer.pk]


def who_of(offers: Collection[ConditionalOffer]) -> dict[int, str]:
    """For whom they are, by id: each kind of group is asked once."""
    names = groups.names({offer.group for offer in offers if offer.group})
    gone, labels = gettext("a group that is gone: nobody"), ConditionalOffer.Audience
    return {one.pk: names.get(one.group, gone) if one.group else str(labels(one.audience).label) for one in offers}


def of_form(form: Any, present: ConditionalOffer | None, now: datetime) -> Consequences | None:
    """What saving a valid form does; None if nobody has to be asked. `present`: the promotion as it is kept."""
    is_live = present is not None and promotion_states.of(present, now) == promotion_states.LIVE
    changes = promotion_changes.of(form, apart_from=languages.fields_of(*TEXTS))
    form.fill_in(form.instance)
    is_on = promotion_states.of(form.instance, now) == promotion_states.LIVE
    if not (is_live and changes) and not (is_on and not is_live):
        return None
    with promotion_draft.written(form) as becoming:
        losses = promotion_losses.of(becoming) if is_on else []
        effect = promotion_effect.of(present, becoming if is_on else None, now) if present and is_live else None
    return Consequences(changes, effect, losses) if is_live or losses else None


def of_end(present: ConditionalOffer, now: datetime) -> Consequences:
    """What ending it does."""
    return Consequences([gettext("It ends now, and its code with it.")], promotion_effect.of(present, None, now))


def of_start(present: ConditionalOffer) -> Consequences | None:
    """What switching it on does, if that is something to think about."""
    losses = promotion_losses.of(present)
    return Consequences(losses=losses) if losses else None


def asked(admin: Any, request: HttpRequest, object_id: str | None) -> HttpResponse | None:
    """The page that asks, if what is being saved should be thought about; None to go on."""
    if request.method != "POST" or CONFIRMED in request.POST:
        return None
    offer = admin.get_object(request, object_id) if object_id else None
    may = admin.has_change_permission(request, offer) if object_id else admin.has_add_permission(request)
    if not may or (object_id and offer is None):
        return None
    form = admin.get_form(request, offer, change=offer is not None)(request.POST, request.FILES, instance=offer)
    present = admin.get_object(request, object_id) if object_id else None
    found = of_form(form, present, timezone.now()) if form.is_valid() else None
    kept = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    return page(admin, request, present or form.instance, found, gettext("Save it"), kept=kept) if found else None


def page(
    admin: Any,
    request: HttpRequest,
    offer: ConditionalOffer,
    found: Consequences,
    button: str,
    *,
    kept: Rows = (),
    grave: bool = False,
) -> HttpResponse:
    """What will happen, and a button that does it."""
    pages = "admin:offer_conditionaloffer_"
    context = {
        **admin.admin_site.each_context(request),
        "title": gettext("“%(name)s”: is this what you mean?") % {"name": offer.name},
        "offer": offer,
        "who": who(offer),
        "found": found,
        "button": button,
        "is_grave": grave,
        "kept": kept,
        "back": reverse(f"{pages}change", args=[offer.pk]) if offer.pk else reverse(f"{pages}add"),
    }
    return TemplateResponse(request, "desk/promotion_confirm.html", context)
