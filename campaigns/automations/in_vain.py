"""What somebody waited for came back, and they never heard of it: they wait on, at their place in the row."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Least

from campaigns.automations import triggers
from campaigns.models import Automation, Passed, Run, Trigger
from shop.mail.models import Message
from shop.storefront.models import StockRequest

LOOKED_BACK = timedelta(days=14)  # longer than any message waits to leave
STILL_WANTED = timedelta(days=90)  # for so long somebody may want what they once waited for


def wait_on(now: datetime) -> int:
    """Have those wait again whose mail was kept back because all was gone again; return how many. Any number of workers may
    call it at once."""
    told = {triggers.of_request(one.pk): one for one in StockRequest.objects.filter(told_at__gt=now - LOOKED_BACK)}
    runs = Run.objects.filter(
        automation__in=Automation.objects.filter(trigger=Trigger.BACK_IN_STOCK),
        customer__in={one.customer_id for one in told.values()},
        cause__in=told,
    )
    sent = Passed.objects.filter(run__in=runs, message__isnull=False).exclude(message__state=Message.State.WITHHELD)
    heard = {*sent.values_list("run__cause", flat=True), *runs.under_way().values_list("cause", flat=True)}
    withheld = Q(passed__message__state=Message.State.WITHHELD, passed__message__reason=triggers.SOLD_OUT)
    ended = Q(state=Run.State.ENDED, reason=triggers.SOLD_OUT)
    return sum(_waits_on(told[cause]) for cause in {*runs.filter(withheld | ended).values_list("cause", flat=True)} - heard)


def wait_on_unheard(now: datetime) -> int:
    """Have those wait again whose turn came while no automation was on to write to them; return how many."""
    told = {triggers.of_request(one.pk): one for one in StockRequest.objects.filter(told_at__gt=now - STILL_WANTED)}
    runs = Run.objects.filter(customer__in={one.customer_id for one in told.values()}, cause__in=told)
    return sum(_waits_on(told[cause]) for cause in told.keys() - {*runs.values_list("cause", flat=True)})


@transaction.atomic
def _waits_on(told: StockRequest) -> bool:
    """As a wish of its own: what came of the first stays with that."""
    if not StockRequest.objects.filter(pk=told.pk).delete()[0]:
        return False
    wish = {"customer_id": told.customer_id, "product_id": told.product_id}
    StockRequest.objects.bulk_create([StockRequest(**wish)], ignore_conflicts=True)  # they may have asked again
    StockRequest.objects.filter(**wish, told_at=None).update(asked_at=Least(F("asked_at"), told.asked_at))
    return True
