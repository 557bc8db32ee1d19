"""What must hold of points at every moment; `manage.py audit` and the tests ask."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from loyalty import referrals
from loyalty.models import OF_LOTS, Account, Entry, Lot, Referral
from shop.orders import statuses
from shop.orders.audit import invariant

DEAD_HOLD = timedelta(minutes=30)

_JOURNAL = """
SELECT lot.id FROM loyalty_lot lot
LEFT JOIN (
    SELECT lot_id, pot, sum(points) AS points FROM (
        SELECT lot_id, target AS pot, points FROM loyalty_posting
        UNION ALL SELECT lot_id, source, -points FROM loyalty_posting WHERE source <> 'issued'
    ) moved WHERE lot_id IS NOT NULL GROUP BY lot_id, pot
) sums ON sums.lot_id = lot.id
GROUP BY lot.id
HAVING {differs}
"""
_DEBT = """
SELECT account.id FROM loyalty_account account
LEFT JOIN loyalty_entry entry ON entry.account_id = account.id
LEFT JOIN loyalty_posting posting ON posting.entry_id = entry.id AND posting.lot_id IS NULL
GROUP BY account.id
HAVING account.debt <> coalesce(sum(CASE WHEN posting.source = 'debt' THEN posting.points ELSE -posting.points END), 0)
"""
_SOONEST = """
SELECT account.id FROM loyalty_account account LEFT JOIN LATERAL (
    SELECT expires_on, sum(available) AS points FROM loyalty_lot
    WHERE account_id = account.id AND available > 0 AND expires_on IS NOT NULL
    GROUP BY expires_on ORDER BY expires_on LIMIT 1
) AS soonest ON true
WHERE account.expires_on IS DISTINCT FROM soonest.expires_on OR account.expiring <> coalesce(soonest.points, 0)
"""


@invariant("I6")
def accounts_are_their_lots() -> Any:
    """What a customer has in points is the sum of their lots."""
    return Account.objects.out_of_balance()


@invariant("I6")
def what_ends_next_is_of_the_lots() -> Any:
    """The points that end next are all those of the lots with the earliest last day."""
    return Account.objects.filter(pk__in=_found(_SOONEST))


@invariant("I6")
def lots_are_the_journal() -> Any:
    """What a lot has in each pot is what the journal moved there."""
    pots = (f"coalesce(sum(sums.points) FILTER (WHERE sums.pot = '{pot}'), 0) <> lot.{pot}" for pot in OF_LOTS)
    return Lot.objects.filter(pk__in=_found(_JOURNAL.format(differs=" OR ".join(pots))))


@invariant("I6")
def debts_are_the_journal() -> Any:
    """What a customer owes is what the journal says."""
    return Account.objects.filter(pk__in=_found(_DEBT))


@invariant("I6")
def entries_move_what_they_say() -> Any:
    """The postings of an entry add up to its points."""
    moved = Coalesce(Sum("postings__points", filter=~Q(postings__target="debt")), 0)
    return Entry.objects.annotate(moved=moved).exclude(moved=F("points"))


@invariant("I6")
def no_more_is_taken_back_than_was_earned() -> Any:
    """What was taken back for one cause is at most what it earned."""
    taken = Sum(F("followers__points") + F("followers__forgiven"), filter=Q(followers__kind=Entry.Kind.REVERSE))
    return (
        Entry.objects.filter(kind__in=[Entry.Kind.EARN, Entry.Kind.ADJUST]).annotate(taken=taken).filter(taken__gt=F("points"))
    )


@invariant("I6")
def no_more_comes_back_than_was_spent() -> Any:
    """What came back of a spending is at most what was spent."""
    back = Sum("followers__points", filter=Q(followers__kind=Entry.Kind.RETURN))
    return Entry.objects.filter(kind=Entry.Kind.SPEND).annotate(back=back).filter(back__gt=F("points"))


@invariant("I6")
def an_order_earns_once() -> Any:
    """One order earns once."""
    earned = Entry.objects.filter(kind=Entry.Kind.EARN, reason=Entry.Reason.ORDER).order_by()
    return earned.values("order").annotate(times=Count("pk")).filter(times__gt=1)


@invariant("I6")
def closed_orders_hold_no_points() -> Any:
    """Points are held only for orders that wait for their payment."""
    ended = Q(followers__kind__in=[Entry.Kind.SPEND, Entry.Kind.RELEASE])
    open_holds = Entry.objects.filter(kind=Entry.Kind.HOLD, happened_at__lt=timezone.now() - DEAD_HOLD).exclude(ended)
    return open_holds.exclude(order__status__in=statuses.UNPAID)


@invariant("I12")
def recommendations_have_no_circle() -> Any:
    """Nobody is recommended, in the end, by themselves: who recommends bought earlier."""
    return referrals.circular()


@invariant("I12")
def rewarded_recommendations_are_of_paid_orders() -> Any:
    """A recommendation is rewarded only for an order that is paid for."""
    return Referral.objects.filter(state=Referral.State.REWARDED, order__paid_at=None)


def _found(sql: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [pk for (pk,) in cursor.fetchall()]
