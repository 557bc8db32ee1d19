"""What a newsletter or an automation did: what became of its messages, and what it was worth against those held out.

Everybody who was meant to get it counts, whether the message arrived or not: otherwise people who can be reached would be
compared with everybody. An order counts if it was paid within the window, less what was given back since.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import lift, lift_chart
from campaigns.lift import Lift, Sample, Verdict
from campaigns.models import Attribution, Automation, Click, Newsletter, Passed, Recipient, Run
from shop import money
from shop.customers.models import Consent
from shop.mail.models import Message
from shop.orders import statuses
from shop.payments.models import Refund

NEWSLETTER_DAYS = 14
AUTOMATION_DAYS = 30

_SPENT = """
SELECT is_treated, count(*), count(spent), COALESCE(sum(spent), 0), COALESCE(sum(spent * spent), 0)
FROM ({people}) AS people
LEFT JOIN LATERAL (
  SELECT sum(CASE WHEN o.currency = %(currency)s THEN o.total_incl_tax - COALESCE(back.amount, 0) ELSE 0 END) AS spent
  FROM order_order o
  LEFT JOIN LATERAL (
    SELECT sum(amount + credited) AS amount FROM payments_refund WHERE order_id = o.id AND state = %(done)s
  ) back ON true
  WHERE o.customer_id = people.customer_id AND o.paid_at >= people.since
    AND o.paid_at < people.since + make_interval(days => %(days)s)
    AND NOT o.status = ANY(%(void)s)
) bought ON true
GROUP BY is_treated
"""
_RECIPIENTS = (
    "SELECT customer_id, arm = 'mail' AS is_treated, due_at AS since FROM campaigns_recipient WHERE newsletter_id = %(of)s"
)
_RUNS = (
    "SELECT customer_id, state <> 'held_out' AS is_treated, entered_at AS since FROM campaigns_run WHERE automation_id = %(of)s"
)


@dataclass(frozen=True)
class Outcomes:
    """What became of the messages, in people. Clicks are of people, not of scanners, and only of those who agreed to
    statistics; `orders` and `revenue`, less what was given back, are of those who ordered within five days of a click."""

    meant: int
    sent: int
    delivered: int
    bounced: int
    not_sent: int
    waiting: int
    clicked: int
    unsubscribed: int
    orders: int
    revenue: Decimal

    def share(self, count: int) -> float:
        """Of those it was sent to, 0 to 1."""
        return count / self.sent if self.sent else 0.0

    @property
    def shares(self) -> dict[str, str]:
        """As percentages of what was sent, by name."""
        named = {
            "delivered": self.delivered,
            "bounced": self.bounced,
            "clicked": self.clicked,
            "unsubscribed": self.unsubscribed,
        }
        return {name: _percent(self.share(count)) for name, count in named.items()}


@dataclass(frozen=True)
class Results:
    """Messages and effect. `is_open`: the window of the last people is not over, so numbers still grow."""

    outcomes: Outcomes
    lift: Lift
    days: int
    is_open: bool

    @property
    def words(self) -> list[str]:
        """The effect in sentences that promise no more than the numbers do."""
        return in_words(self.lift, self.days)

    @property
    def arms(self) -> list[dict[str, Any]]:
        """Both arms, for a table."""
        named = ((_("Meant to get it"), self.lift.treated), (_("Held out"), self.lift.held_out))
        return [
            {
                "name": name,
                "people": arm.people,
                "buyers": arm.buyers,
                "share": _percent(arm.share),
                "spend": money.shown(round(Decimal(arm.mean), 2), settings.OSCAR_DEFAULT_CURRENCY),
            }
            for name, arm in named
        ]

    @property
    def picture(self) -> SafeString | str:
        """The interval drawn; nothing where the numbers are too small for one."""
        return "" if self.lift.verdict is Verdict.TOO_FEW else lift_chart.drawn(self.lift.buyers)


def of_newsletter(newsletter: Newsletter, now: datetime, days: int = NEWSLETTER_DAYS) -> Results:
    """In a handful of queries, whatever its size."""
    messages = Message.objects.filter(newsletter_recipient__newsletter=newsletter)
    meant = Recipient.objects.filter(newsletter=newsletter).written_to()
    last = Recipient.objects.filter(newsletter=newsletter).order_by("-due_at").values_list("due_at", flat=True).first()
    found = _outcomes(messages, meant.count(), newsletter.topic, days)
    return Results(found, _lift(_RECIPIENTS, newsletter.pk, days), days, last is None or last + timedelta(days=days) > now)


def of_automation(automation: Automation, now: datetime, days: int = AUTOMATION_DAYS) -> Results:
    """Of everybody who ever entered; somebody who entered twice counts twice."""
    messages = Message.objects.filter(pk__in=Passed.objects.filter(run__automation=automation).values("message"))
    meant = Run.objects.filter(automation=automation).written_to()
    last = Run.objects.filter(automation=automation).order_by("-entered_at").values_list("entered_at", flat=True).first()
    found = _outcomes(messages, meant.count(), automation.topic, days)
    return Results(found, _lift(_RUNS, automation.pk, days), days, last is None or last + timedelta(days=days) > now)


def in_words(found: Lift, days: int) -> list[str]:
    """What may be said of an effect, in sentences."""
    treated, held = found.treated, found.held_out
    if found.verdict is Verdict.TOO_FEW:
        few = ngettext("%d person was held out", "%d people were held out", held.people) % held.people
        bought = ngettext("%d person bought", "%d people bought", treated.buyers + held.buyers) % (treated.buyers + held.buyers)
        return [
            _("There is not enough to tell what it was worth: %(held)s, and %(bought)s in all.")
            % {"held": few, "bought": bought}
        ]
    shares = {
        "with": _percent(treated.share), "without": _percent(held.share),
        "days": ngettext("%d day", "%d days", days) % days,
    }  # fmt: skip
    sentences = [
        _("Of those who were meant to get it %(with)s bought within %(days)s; of those held out %(without)s.") % shares
    ]
    return [*sentences, _buyers_in_words(found), _revenue_in_words(found)]


def _buyers_in_words(found: Lift) -> str:
    made = found.orders_made
    if found.verdict is Verdict.UNCLEAR:
        return _("The difference may be chance: anything from %(lost)s buyers lost to %(won)s won is possible.") % {
            "lost": _whole(max(-made.low, 0)), "won": _whole(max(made.high, 0))
        }  # fmt: skip
    low, high = sorted((abs(made.low), abs(made.high)))
    span = {"value": _whole(abs(made.value)), "low": _whole(low), "high": _whole(high)}
    if found.verdict is Verdict.MORE:
        return _("It brought about %(value)s buyers who would not have bought otherwise (between %(low)s and %(high)s).") % span
    return _("It cost buyers: about %(value)s (between %(low)s and %(high)s).") % span


def _revenue_in_words(found: Lift) -> str:
    made = found.revenue_made
    if not made.is_clear:
        return _("In revenue it cannot be told yet: anything from %(lost)s lost to %(won)s won is possible.") % {
            "lost": _amount(max(-made.low, 0)), "won": _amount(max(made.high, 0))
        }  # fmt: skip
    low, high = sorted((abs(made.low), abs(made.high)))
    span = {"value": _amount(abs(made.value)), "low": _amount(low), "high": _amount(high)}
    if made.value > 0:
        return _("In revenue: about %(value)s (between %(low)s and %(high)s).") % span
    return _("In revenue it cost about %(value)s (between %(low)s and %(high)s).") % span


def _outcomes(messages: QuerySet[Message], meant: int, topic: str, days: int) -> Outcomes:
    state = Message.State
    left = [state.SENT, state.DELIVERED, state.UNCERTAIN, state.BOUNCED]
    counts = messages.aggregate(
        sent=Count("pk", filter=Q(state__in=left)),
        delivered=Count("pk", filter=Q(state=state.DELIVERED)),
        bounced=Count("pk", filter=Q(state=state.BOUNCED)),
        not_sent=Count("pk", filter=Q(state__in=[state.WITHHELD, state.FAILED])),
        waiting=Count("pk", filter=Q(state__in=[state.QUEUED, state.HELD, state.SENDING])),
    )
    mine = messages.order_by().values("pk")
    clicks = Click.objects.filter(message__in=mine, by=Click.By.HUMAN)
    owed = Attribution.objects.filter(message__in=mine, order__paid_at__isnull=False).exclude(order__status__in=_VOID)
    money_of = owed.annotate(back=_given_back()).aggregate(
        orders=Count("pk"),
        revenue=Sum(F("order__total_incl_tax") - F("back"), filter=Q(order__currency=settings.OSCAR_DEFAULT_CURRENCY)),
    )
    return Outcomes(
        meant=meant,
        clicked=clicks.values("message").distinct().count(),
        unsubscribed=_unsubscribed(mine, topic, days),
        orders=money_of["orders"],
        revenue=money_of["revenue"] or Decimal(0),
        **counts,
    )


def _given_back() -> Coalesce:
    """Of an attributed order, since."""
    done = Refund.objects.filter(order=OuterRef("order"), state=Refund.State.DONE).order_by().values("order")
    return Coalesce(Subquery(done.annotate(all=Sum(F("amount") + F("credited"))).values("all")), Value(Decimal(0)))


def _unsubscribed(messages: Any, topic: str, days: int) -> int:
    """People who said stop after a message of it, and within the window."""
    with connection.cursor() as cursor:
        sql, values = messages.query.sql_with_params()
        cursor.execute(
            f"""
            SELECT count(DISTINCT m.customer_id) FROM mail_message m
            JOIN customers_consent c ON c.customer_id = m.customer_id AND c.topic = %s AND NOT c.is_given AND c.source = %s
              AND c.happened_at >= m.sent_at AND c.happened_at < m.sent_at + make_interval(days => %s)
            WHERE m.id IN ({sql})
            """,  # noqa: S608  Django's own SQL
            [topic, Consent.Source.UNSUBSCRIBE, days, *values],
        )
        return int(cursor.fetchone()[0])


def _lift(people: str, of: int, days: int) -> Lift:
    values: dict[str, Any] = {
        "of": of, "days": days, "done": Refund.State.DONE, "void": _VOID, "currency": settings.OSCAR_DEFAULT_CURRENCY
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SPENT.format(people=people), values)
        arms = {is_treated: Sample(int(n), int(k), float(s), float(q)) for is_treated, n, k, s, q in cursor.fetchall()}
    nobody = Sample(0, 0, 0.0, 0.0)
    return lift.between(arms.get(True, nobody), arms.get(False, nobody))


_VOID = [statuses.CANCELLED, statuses.REFUNDED]


def _percent(share: float) -> str:
    return f"{number_format(round(share * 100, 1))}\u00a0%"


def _whole(value: float) -> str:
    return number_format(round(value), force_grouping=True)


def _amount(value: float) -> str:
    return money.shown(Decimal(round(value)), settings.OSCAR_DEFAULT_CURRENCY)
