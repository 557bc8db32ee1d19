"""What stands around the form of a promotion: where it is, what it gave, what can be done, and trying it out."""

from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from shop import money
from shop.desk import (
    promotion,
    promotion_confirm,
    promotion_draft,
    promotion_losses,
    promotion_states,
    promotion_trial,
)
from shop.forks.offer.models import ConditionalOffer
from shop.pricing import groups, personal, reasons

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
        "is_for_nobody": bool(offer.group and not groups.name_of(offer.group)),
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
    found = None if promotion_confirm.CONFIRMED in request.POST else _to_think_about(offer, name)
    if found:
        return promotion_confirm.page(admin, request, offer, found, str(_labels()[name]), grave=name == END)
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


def try_out(admin: Any, request: HttpRequest, pk: int | None) -> HttpResponse:
    """The promotion on the orders of the last thirty days, with the shop's own engine: as it is kept, or as a form that was
    sent says it. Nothing is changed. htmx gets the result, others a page."""
    if request.method != "POST" and pk is None:
        return HttpResponseNotAllowed(["POST"])
    if not _may_try(admin, request, pk):
        raise PermissionDenied
    offer = _known(pk) if pk else None
    if request.method != "POST":
        kept = cast("ConditionalOffer", offer)
        found = {**_tried(kept, timezone.now()), "outside": reasons.outside(kept)}
    else:
        form = admin.get_form(request, offer, change=offer is not None)(_named(request), instance=offer)
        found = _tried_form(form) if form.is_valid() else {"complaints": _complaints(form)}
    context = {**found, "may_see_orders": request.user.has_perm("order.view_order")}
    if request.headers.get("HX-Request"):
        return TemplateResponse(request, "desk/_promotion_trial.html", context)
    pages = "admin:offer_conditionaloffer_"
    context |= {
        **admin.admin_site.each_context(request),
        "title": gettext("“%(name)s” on real orders") % {"name": offer.name} if offer else gettext("On real orders"),
        "back": reverse(f"{pages}change", args=[pk]) if pk else reverse(f"{pages}add"),
    }
    return TemplateResponse(request, "desk/promotion_trial.html", context)


def _may_try(admin: Any, request: HttpRequest, pk: int | None) -> bool:
    if request.method != "POST":
        return bool(admin.has_view_permission(request))
    return bool(admin.has_change_permission(request) if pk else admin.has_add_permission(request))


def _named(request: HttpRequest) -> QueryDict:
    """What was typed; a promotion can be tried before it has a name."""
    typed = request.POST.copy()
    field = f"name_{settings.LANGUAGE_CODE}"
    if not typed.get(field):
        typed[field] = gettext("Without a name")
    return typed


def _tried_form(form: Any) -> dict[str, Any]:
    with promotion_draft.written(form) as offer:
        return _tried(offer, timezone.now(), instead_of=form.instance.pk)


def _tried(offer: ConditionalOffer, now: datetime, *, instead_of: int | None = None) -> dict[str, Any]:
    return {
        "words": in_words(offer),
        "who": promotion_confirm.who(offer),
        "trial": promotion_trial.of(offer, now, instead_of=instead_of),
        "found": promotion_confirm.Consequences(losses=promotion_losses.of(offer)),
    }


def _complaints(form: Any) -> list[str]:
    """What has to be put right before it can be tried: field and message."""
    found = []
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        found += [f"{label}: {one}" if label else str(one) for one in errors]
    return found


def _to_think_about(offer: ConditionalOffer, name: str) -> "promotion_confirm.Consequences | None":
    if name == END and promotion_states.of(offer, timezone.now()) == promotion_states.LIVE:
        return promotion_confirm.of_end(offer, timezone.now())
    return promotion_confirm.of_start(offer) if name == RESUME else None


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
