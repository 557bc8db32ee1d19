"""What the customer page shows of mail: how the person takes it, which automations they are in, and why something did not
reach them."""

import heapq
from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Engagement, Intervention, Run
from shop.customers import panels, timeline
from shop.customers.models import Customer
from shop.customers.timeline import Moment
from shop.mail import wishes

LATEST = 15
LATEST_RUNS = 8


@panels.show("mail", gettext_lazy("Marketing mail"), template="campaigns/_panel.html", order=45, permission="mail.view_message")
def _panel(customer: Customer) -> dict[str, Any] | None:
    rows = customer.mail_decisions.select_related("message").order_by("-decided_at", "-pk")[:LATEST]
    decisions = [
        {
            "at": row.decided_at,
            "message": row.message,
            "outcome": row.get_outcome_display(),
            "reason": _(row.reason) if row.reason else "",
            "until": row.until,
        }
        for row in rows
    ]
    said, engagement = wishes.of(customer), Engagement.objects.filter(customer=customer).first()
    if not decisions and engagement is None and said.pk is None:
        return None
    is_paused = said.paused_until is not None and said.paused_until > timezone.now()
    return {"decisions": decisions, "engagement": engagement, "wish": said, "is_paused": is_paused}


@panels.show(
    "automations", gettext_lazy("Automations"), template="campaigns/_runs.html", order=46, permission="campaigns.view_run"
)
def _runs(customer: Customer) -> dict[str, Any] | None:
    """Those the person is in first."""
    runs = customer.automation_runs.select_related("automation").exclude(state=Run.State.HELD_OUT)
    latest = list(runs.order_by("-entered_at", "-pk")[:LATEST_RUNS])
    latest.sort(key=lambda run: run.state not in Run.ON_THE_WAY)
    return {"runs": latest} if latest else None


@timeline.tells("automations")
def _way(customer: Customer, limit: int) -> Iterable[Moment]:
    """When they entered one, and what staff did about it and why."""
    runs = customer.automation_runs.select_related("automation").exclude(state=Run.State.HELD_OUT)
    entered = (
        Moment(run.entered_at, _("Entered the automation “%s”") % run.automation.name, url=_address(run), source="automations")
        for run in runs.order_by("-entered_at", "-pk")[:limit]
    )
    done = Intervention.objects.filter(run__customer=customer).select_related("run__automation", "by")
    by_staff = (_told(one) for one in done.order_by("-happened_at", "-pk")[:limit])
    return islice(heapq.merge(by_staff, entered, key=lambda moment: moment.happened_at, reverse=True), limit)


def _told(one: Intervention) -> Moment:
    what = _("Automation “%(name)s”: %(what)s") % {"name": one.run.automation.name, "what": one.get_what_display()}
    until = _("until %s") % formats.date_format(timezone.localtime(one.until), "SHORT_DATE_FORMAT") if one.until else ""
    who = (one.by.get_full_name() or one.by.email) if one.by else ""
    detail = " · ".join(filter(None, [until, one.reason, who]))
    return Moment(one.happened_at, what, detail, _address(one.run), source="automations")


def _address(run: Run) -> str:
    return reverse("admin:campaigns_run_change", args=[run.pk])
