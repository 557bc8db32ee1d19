"""What a newsletter or an automation was worth: orders of both arms within the window, less what was given back."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns import lift_chart, results
from campaigns.automations import running
from campaigns.lift import Sample, Verdict, between
from campaigns.models import Attribution, Letter, Newsletter, Recipient, Run
from shop.customers import consent
from shop.forks.order.models import Order
from shop.mail.models import Message
from shop.payments import refunds
from tests import make
from tests.campaigns.test_automations import automation, reader, send

pytestmark = pytest.mark.django_db
NOW = timezone.now()
THEN = NOW - timedelta(days=20)
OUTCOMES = results.Outcomes(
    meant=200,
    sent=40,
    delivered=36,
    bounced=2,
    not_sent=0,
    waiting=0,
    clicked=10,
    unsubscribed=1,
    orders=3,
    revenue=Decimal(90),
)


def newsletter():
    return Newsletter.objects.create(name="November", letter=Letter.objects.create(name="November"))


def recipient(of, email, arm="mail"):
    customer = make.customer(email)
    return Recipient.objects.create(newsletter=of, customer=customer, arm=arm, outcome="written", due_at=THEN)


def bought(customer, price, *, days=1, status=""):
    """An order so many days after the newsletter."""
    order = make.paid_order(make.product(price=price), email=customer.email)
    fields = {"paid_at": THEN + timedelta(days=days), "total_incl_tax": Decimal(price)}
    Order.objects.filter(pk=order.pk).update(**fields | ({"status": status} if status else {}))


def test_both_arms_are_counted_within_the_window():
    november = newsletter()
    ana, olga, ion = (recipient(november, f"{name}@example.com") for name in ("ana", "olga", "ion"))
    held = recipient(november, "held@example.com", "held_out")
    bought(ana.customer, "30.00")
    bought(ana.customer, "20.00", days=3)
    bought(olga.customer, "10.00", days=15)  # too late
    bought(ion.customer, "10.00", days=-1)  # before
    bought(held.customer, "7.00", days=13)
    found = results.of_newsletter(november, NOW).lift
    assert found.treated == Sample(3, 1, 50.0, 2500.0)
    assert found.held_out == Sample(1, 1, 7.0, 49.0)


@pytest.mark.parametrize("status", ["cancelled", "refunded"])
def test_what_was_given_up_is_no_effect(status):
    november = newsletter()
    ana = recipient(november, "ana@example.com")
    bought(ana.customer, "30.00", status=status)
    assert results.of_newsletter(november, NOW).lift.treated.buyers == 0


def test_what_became_of_the_messages():
    november = newsletter()
    for state in ("sent", "delivered", "bounced", "withheld", "queued"):
        row = recipient(november, f"{state}@example.com")
        row.message = Message.objects.create(
            customer=row.customer, kind="newsletter", key=state, topic="news", state=state, sent_at=THEN
        )
        row.save()
    found = results.of_newsletter(november, NOW).outcomes
    assert (found.meant, found.sent, found.delivered, found.bounced, found.not_sent, found.waiting) == (5, 3, 1, 1, 1, 1)
    assert found.share(found.bounced) == pytest.approx(1 / 3)


def test_who_said_stop_after_it():
    november = newsletter()
    row = recipient(november, "ana@example.com")
    consent.give(row.customer, "news", source="form", confirmed_at=NOW)
    row.message = Message.objects.create(
        customer=row.customer, kind="newsletter", key="1", topic="news", state="sent", sent_at=NOW - timedelta(hours=1)
    )
    row.save()
    consent.withdraw(row.customer, "news", source="unsubscribe")
    assert results.of_newsletter(november, NOW).outcomes.unsubscribed == 1


def test_the_runs_of_an_automation_are_its_arms():
    made = automation(send("One"), held_out_percent=50)
    people = [reader(f"p{number}@example.com") for number in range(12)]
    for person in people:
        running.enter(made, person, "a", {}, THEN)
    Run.objects.update(entered_at=THEN)
    treated = made.runs.written_to().first().customer
    bought(treated, "40.00")
    found = results.of_automation(made, NOW).lift
    assert found.treated.people + found.held_out.people == 12
    assert (found.treated.buyers, found.treated.spent) == (1, 40.0)


def test_a_window_that_is_not_over_says_so():
    november = newsletter()
    recipient(november, "ana@example.com")
    assert not results.of_newsletter(november, NOW).is_open
    assert results.of_newsletter(november, NOW, days=30).is_open
    assert results.of_newsletter(newsletter(), NOW).is_open


@pytest.mark.parametrize(
    ("treated", "held", "verdict", "says"),
    [
        (Sample(90, 3, 60, 1500), Sample(10, 0, 0, 0), Verdict.TOO_FEW, "not enough"),
        (Sample(9000, 270, 8100, 300000), Sample(1000, 28, 800, 30000), Verdict.UNCLEAR, "may be chance"),
        (Sample(9000, 450, 13500, 500000), Sample(1000, 20, 500, 20000), Verdict.MORE, "would not have bought"),
        (Sample(9000, 90, 2700, 90000), Sample(1000, 50, 1500, 60000), Verdict.LESS, "cost buyers"),
    ],
)
def test_the_words_promise_no_more_than_the_numbers(treated, held, verdict, says):
    found = between(treated, held)
    assert found.verdict is verdict
    assert says in " ".join(results.in_words(found, 14))


@pytest.mark.parametrize(
    ("treated", "held"),
    [
        (Sample(9000, 270, 8100, 300000), Sample(1000, 28, 800, 30000)),
        (Sample(9000, 90, 2700, 90000), Sample(1000, 50, 1500, 60000)),
        (Sample(9000, 450, 13500, 500000), Sample(1000, 20, 500, 20000)),
    ],
)
def test_no_sentence_has_a_number_below_zero_and_low_comes_first(treated, held):
    said = " ".join(results.in_words(between(treated, held), 14))
    assert "-" not in said
    for low, high in re.findall(r"between €?([\d,.]+) and €?([\d,.]+)\)", said):
        assert Decimal(low.replace(",", "")) < Decimal(high.replace(",", ""))


def test_the_picture_shows_the_interval_where_there_is_one():
    few = results.Results(OUTCOMES, between(Sample(90, 3, 60, 1500), Sample(10, 0, 0, 0)), 14, is_open=False)
    assert not few.picture
    clear = results.Results(
        OUTCOMES, between(Sample(9000, 450, 13500, 500000), Sample(1000, 20, 500, 20000)), 14, is_open=False
    )
    assert "is-clear" in clear.picture
    ends = [float(place) for place in re.findall(r'class="is-span" x1="([\d.]+)" x2="([\d.]+)"', clear.picture)[0]]
    zero = float(re.findall(r'class="is-zero" x1="([\d.]+)"', clear.picture)[0])
    assert zero < ends[0] < ends[1] <= lift_chart.WIDTH - lift_chart.SIDE


def test_both_arms_stand_in_a_table():
    found = results.Results(OUTCOMES, between(Sample(200, 20, 400, 9000), Sample(100, 5, 50, 600)), 14, is_open=False)
    assert [(arm["people"], arm["buyers"], arm["spend"]) for arm in found.arms] == [(200, 20, "€2.00"), (100, 5, "€0.50")]
    assert found.outcomes.shares["clicked"] == "25.0\u00a0%"


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    november = newsletter()
    for number in range(30):
        recipient(november, f"p{number}@example.com")
    with django_assert_num_queries(7):
        results.of_newsletter(november, NOW)


def test_what_followed_a_click_is_what_was_paid_and_kept():
    november = newsletter()
    row = recipient(november, "ana@example.com")
    row.message = Message.objects.create(
        customer=row.customer, kind="newsletter", key="1", topic="news", state="sent", sent_at=THEN
    )
    row.save()
    kept, half = (
        make.paid_order(make.product(price="20.00"), make.product(price="30.00"), email="ana@example.com") for _ in range(2)
    )
    unpaid = make.order(make.product(price="20.00"), email="ana@example.com")
    for order in (kept, half, unpaid):
        Attribution.objects.update_or_create(order=order, defaults={"message": row.message, "clicked_at": THEN})
    refunds.refund(half, {half.lines.first().pk: 1}, reason="Broken", by=None)
    back = sum(half.refunds.values_list("amount", flat=True))
    found = results.of_newsletter(november, NOW).outcomes
    assert back and (found.orders, found.revenue) == (2, kept.total_incl_tax + half.total_incl_tax - back)
