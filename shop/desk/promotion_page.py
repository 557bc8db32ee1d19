"""What stands around the form of a promotion: where it is, what it gave, what can be done, and trying it out."""

from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from shop import money
from shop.desk import promotion, promotion_states, promotion_trial
from shop.forks.offer.models import ConditionalOffer
from shop.pricing import personal, reasons

PAUSE, RESUME, END, COPY = "pause", "resume", "end", "copy"


def in_words(offer: ConditionalOffer) -> str:
    """What it gives, shortly."""
    benefit, kind = offer.benefit, promotion.kind_of(offer.benefit)
    value = f"{benefit.value.normalize():f}" if benefit.value else "0"
    if kind == promotion.BUNDLE:
        count, cheaper = int(offer.condition.value or 1), benefit.max_affected_items or 1
        if benefit.value == 100:
            return gettext("%(count)d for %(paid)d") % {"count": count, "paid": count - cheaper}
        return gettext("of %(count)d the cheapest %(cheaper)d −%(value)s %%") % {
            "count": count, "cheaper": cheaper, "value": value,
        }  # fmt: skip
    return {
        promotion.PERCENT: f"−{value} %",
        promotion.AMOUNT: f"−{money.shown(benefit.value or Decimal(0))}",
        promotion.FREE_DELIVERY: gettext("free delivery"),
        promotion.GIFT: gettext("a gift"),
    }.get(kind or "", gettext("rules of its own"))


def around(offer: ConditionalOffer, now: datetime) -> dict[str, Any]:
    """For the change form: state, results, buttons."""
    state = promotion_states.of(offer, now)
    return {
        "state": state,
        "state_name": promotion_states.NAMES[state],
        "is_live": state == promotion_states.LIVE,
        "offer": offer,
        "budget_left": offer.budget_left,
        "buttons": [(name, label) for name, label in _labels().items() if name in _possible(offer, state)],
    }


def act(admin: Any, request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Pause, resume, end or copy: one click, written into the history."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not admin.has_change_permission(request) or (name == COPY and not admin.has_add_permission(request)):
        raise PermissionDenied
    offer = _known(pk)
    page = reverse("admin:offer_conditionaloffer_change", args=[offer.pk])
    if name not in _possible(offer, promotion_states.of(offer, timezone.now())):
        messages.warning(request, gettext("That is not possible any more: it has changed meanwhile."))
        return HttpResponseRedirect(page)
    if name == COPY:
        made = promotion.copy(offer, _free_name(offer))
        admin.log_addition(request, made, [{"added": {}}])
        messages.success(request, gettext("This is the copy: a draft, until you switch it on."))
        return HttpResponseRedirect(reverse("admin:offer_conditionaloffer_change", args=[cast("ConditionalOffer", made).pk]))
    if name == END:
        promotion.end(offer, timezone.now())
    else:
        promotion_states.switch(offer, to=promotion_states.PAUSED if name == PAUSE else promotion_states.LIVE)
        offer.save()
    admin.log_change(request, offer, str(_labels()[name]))
    messages.success(request, gettext("Done, and written down."))
    return HttpResponseRedirect(page)


def try_out(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The promotion on the orders of the last thirty days, with the shop's own engine. Nothing is changed."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    offer = _known(pk)
    context = {
        **admin.admin_site.each_context(request),
        "title": gettext("“%(name)s” on real orders") % {"name": offer.name},
        "offer": offer,
        "words": in_words(offer),
        "outside": reasons.outside(offer),
        "trial": promotion_trial.of(offer, timezone.now()),
        "may_see_orders": request.user.has_perm("order.view_order"),
        "back": reverse("admin:offer_conditionaloffer_change", args=[offer.pk]),
    }
    return TemplateResponse(request, "desk/promotion_trial.html", context)


def _labels() -> dict[str, str]:
    return {PAUSE: gettext("Pause"), RESUME: gettext("Switch on"), END: gettext("End now"), COPY: gettext("Copy as a draft")}


def _possible(offer: ConditionalOffer, state: str) -> list[str]:
    by_state = {
        promotion_states.DRAFT: [RESUME],
        promotion_states.SCHEDULED: [PAUSE],
        promotion_states.LIVE: [PAUSE, END],
        promotion_states.PAUSED: [RESUME, END],
        promotion_states.ENDED: [],
    }
    return [*by_state[state], *([COPY] if promotion.read(offer) else [])]


def _known(pk: int) -> ConditionalOffer:
    rows = ConditionalOffer.objects.exclude(slug__startswith=personal.PREFIX)
    return get_object_or_404(rows.select_related("benefit", "condition"), pk=pk)


def _free_name(offer: ConditionalOffer) -> str:
    base = gettext("Copy of %(name)s") % {"name": offer.name}
    taken = set(ConditionalOffer.objects.filter(name__startswith=base[:100]).values_list("name", flat=True))
    return next(
        one for number in range(1, len(taken) + 2) if (one := base[:100] + (f" {number}" if number > 1 else "")) not in taken
    )
