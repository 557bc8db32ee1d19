"""What somebody waited for came back, and they never heard of it: they wait on, at their place in the row."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from campaigns.automations import triggers
from campaigns.models import Automation, Passed, Run, Trigger
from shop.mail.models import Message
from shop.storefront.models import StockRequest

LOOKED_BACK = timedelta(days=14)  # longer than any message waits to leave
STILL_WANTED = timedelta(days=90)  # for so long somebody may want what they once waited for

# Rows are locked in one order; what another worker has taken is not there any more. They may have asked again meanwhile.
_WAIT_ON = """
WITH told AS (
  SELECT id FROM storefront_stockrequest WHERE id = ANY(%s) ORDER BY id FOR UPDATE
), gone AS (
  DELETE FROM storefront_stockrequest WHERE id IN (SELECT id FROM told) RETURNING customer_id, product_id, asked_at
), again AS (
  INSERT INTO storefront_stockrequest (customer_id, product_id, asked_at)
  SELECT customer_id, product_id, min(asked_at) FROM gone GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (customer_id, product_id) WHERE told_at IS NULL
  DO UPDATE SET asked_at = LEAST(storefront_stockrequest.asked_at, EXCLUDED.asked_at)
)
SELECT count(*) FROM gone
"""


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
    return _wait_on(told[cause] for cause in {*runs.filter(withheld | ended).values_list("cause", flat=True)} - heard)


def wait_on_unheard(now: datetime) -> int:
    """Have those wait again whose turn came while no automation was on to write to them; return how many."""
    told = {triggers.of_request(one.pk): one for one in StockRequest.objects.filter(told_at__gt=now - STILL_WANTED)}
    runs = Run.objects.filter(customer__in={one.customer_id for one in told.values()}, cause__in=told)
    return _wait_on(told[cause] for cause in told.keys() - {*runs.values_list("cause", flat=True)})


def _wait_on(told: Iterable[StockRequest]) -> int:
    """As wishes of their own: what came of the first stays with those. One statement, for all may be very many."""
    with connection.cursor() as cursor:
        cursor.execute(_WAIT_ON, [[one.pk for one in told]])
        (count,) = cursor.fetchone() or (0,)
        return int(count)
