"""What campaigns hold about a person, and how they forget it."""

from typing import Any

from django.utils import timezone

from campaigns.automations import running
from campaigns.models import Attribution, Click, Engagement, Hit, Intervention, Recipient, Run
from shop.customers import privacy
from shop.customers.models import Customer


@privacy.exports("newsletters")
def _newsletters(customer: Customer) -> Any:
    rows = Recipient.objects.filter(customer=customer).order_by("pk")
    return list(rows.values("newsletter__name", "arm", "outcome", "reason", "frozen_at"))


@privacy.exports("clicks")
def _clicks(customer: Customer) -> Any:
    rows = Click.objects.filter(message__customer=customer).order_by("pk")
    return list(rows.values("link__url", "by", "happened_at"))


@privacy.erases("newsletters")
def _forget(customer: Customer) -> None:
    """That somebody was written to and that a link was followed stays; that it was this person goes."""
    Hit.objects.filter(message__customer=customer).delete()
    Click.objects.filter(message__customer=customer).update(message=None)
    Attribution.objects.filter(message__customer=customer).delete()


@privacy.exports("automations")
def _automations(customer: Customer) -> Any:
    rows = Run.objects.filter(customer=customer).prefetch_related("interventions").select_related("automation").order_by("pk")
    return [
        {
            "automation": run.automation.name,
            "state": run.state,
            "entered_at": run.entered_at,
            "ended_at": run.ended_at,
            "by_staff": [{"what": one.what, "reason": one.reason, "at": one.happened_at} for one in run.interventions.all()],
        }
        for run in rows
    ]


@privacy.erases("automations")
def _forget_runs(customer: Customer) -> None:
    """That somebody walked through it stays; what staff wrote about them goes. Nobody would ever go on with a paused run."""
    on_the_way = Run.objects.filter(customer=customer, state__in=Run.ON_THE_WAY)
    on_the_way.update(state=Run.State.ENDED, reason=running.GONE, ended_at=timezone.now(), paused_until=None)
    Intervention.objects.filter(run__customer=customer).update(reason="")


@privacy.exports("engagement with mail")
def _engagement(customer: Customer) -> Any:
    columns = ("subscribed_at", "last_mail_at", "last_click_at", "mails_30_days")
    return Engagement.objects.filter(customer=customer).values(*columns).first()


@privacy.erases("engagement with mail")
def _forget_engagement(customer: Customer) -> None:
    Engagement.objects.filter(customer=customer).delete()
