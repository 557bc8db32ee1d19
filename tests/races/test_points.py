"""Points cannot be spent twice, earned twice or vanish, whoever meets whom."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from loyalty import arriving, expiry, ledger, programme, referrals
from loyalty.models import Account, Entry, Lot, Referral, reading
from loyalty.models.accounts import AccountQuerySet
from shop.customers import merging
from shop.forks import races
from shop.forks.order.models import Order
from shop.orders import fulfilment
from tests import make
from tests.loyalty import make as loyal
from tests.races import ledgers
from tests.races.conftest import all_at_once, unguarded

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

BALANCES = {
    "loyalty_account_available_check": "loyalty_account",
    "expiring_points_are_there": "loyalty_account",
    "loyalty_lot_available_check": "loyalty_lot",
}


@pytest.fixture
def ana():
    loyal.programme()
    loyal.rule("referral", points=100)
    loyal.rule("referred", points=50)
    return make.customer()


def holds(customer, times, points=300):
    return [lambda at=at: ledger.hold(customer, points, cause=f"order:{at}") for at in range(times)]


def test_sixty_checkouts_of_300_points_against_1000_are_three(ana):
    loyal.points(ana, 400)
    loyal.points(ana, 600)
    ends = all_at_once(holds(ana, 60))
    assert sum(isinstance(end, Entry) for end in ends) == 3
    assert sum(isinstance(end, ledger.NotEnoughPoints) for end in ends) == 57
    assert loyal.pots(ana) == {"available": 100, "held": 900}


def test_without_the_guards_there_are_more(ana):
    with unguarded("points", constraints=BALANCES):
        loyal.points(ana, 1000)
        races.on_point["ledger.checked"] = lambda: time.sleep(0.05)
        ends = all_at_once(holds(ana, 60))
        assert sum(isinstance(end, Entry) for end in ends) > 3


def test_without_the_lock_the_database_still_lets_nobody_overspend(ana):
    loyal.points(ana, 1000)
    with unguarded("points"):
        all_at_once(holds(ana, 60))
    assert loyal.account(ana).available == 100


def test_one_cause_is_booked_once_however_many_ask(ana):
    calls = [lambda: ledger.earn(ana, 50, "order", cause="order:1")] * 30
    ends = all_at_once(calls)
    assert {type(end) for end in ends} == {Entry}
    assert loyal.pots(ana) == {"available": 50}


def test_a_hold_is_either_spent_or_released(ana):
    for at in range(8):
        loyal.points(ana, 10)
        ledger.hold(ana, 10, cause=f"order:{at}")
        ends = all_at_once([lambda: ledger.spend_held(f"order:{at}"), lambda: ledger.release(f"order:{at}")] * 4)  # noqa: B023
        assert {type(end) for end in ends} == {Entry, ledger.HoldIsOver}
    assert not ledgers.broken()


def test_spending_meets_expiry_corrections_and_refunds(ana):
    long_ago = timezone.now() - timedelta(days=800)
    for at in range(20):
        loyal.points(ana, 50, cause=f"earned:{at}", now=long_ago if at % 2 else timezone.now())
    calls = holds(ana, 20, points=40)
    calls += [lambda at=at: ledger.reverse(f"earned:{at}", 30, because=f"refund:{at}") for at in range(20)]
    calls += [lambda at=at: ledger.adjust(ana, -15, by=None, note="", cause=f"take:{at}") for at in range(10)]
    calls += [expiry.run] * 5
    ends = all_at_once([calls[(at * 7) % len(calls)] for at in range(len(calls))])
    strange = [end for end in ends if isinstance(end, Exception) and not isinstance(end, ledger.NotEnoughPoints)]
    assert not strange
    assert not ledgers.broken()


def test_activity_in_the_night_of_expiry_either_saves_points_or_comes_too_late(ana):
    loyal.programme(lasts_months=None, idle_months=6)
    people = [ana, *(make.customer() for _ in range(9))]
    long_ago = timezone.now() - timedelta(days=400)
    for at, person in enumerate(people):
        loyal.points(person, 50, reason="review", now=long_ago if at % 2 else timezone.now())
    calls = [lambda at=at: ledger.hold(people[at], 10, cause=f"order:{at}") for at in range(10)]
    calls += [lambda at=at: loyal.points(people[at], 5, reason="review") for at in range(10)]
    ends = all_at_once([*calls, *[expiry.run] * 4, *[expiry.renew_all] * 2])
    assert not [end for end in ends if isinstance(end, Exception) and not isinstance(end, ledger.NotEnoughPoints)]
    for at, person in enumerate(people):
        expected = {"expired": 50, "available": 5} if at % 2 else {"available": 45, "held": 10}
        assert loyal.pots(person) == expected
    assert not ledgers.broken()


def renewed_in_the_middle_of_a_merge(ana, monkeypatch):
    """How both end: the merge has locked one account and takes the other when the renewal of all waits for the first."""
    ben = make.customer()
    for person in (ben, ana):  # so that the accounts are older in another order than their customers
        loyal.points(person, 10)
    is_locked, lock_for = threading.Event(), AccountQuerySet.lock_for

    def slowly(accounts, customer):
        found = lock_for(accounts, customer)
        if not is_locked.is_set():
            is_locked.set()
            until_somebody_waits()
        return found

    monkeypatch.setattr(AccountQuerySet, "lock_for", slowly)
    loyal.programme(idle_months=3)
    return all_at_once([lambda: merging.merge(ana, ben), lambda: is_locked.wait(20) and expiry.renew_all()])


def until_somebody_waits():
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(200):
        reading.rows("SELECT pg_stat_clear_snapshot()", [])  # a transaction sees what it saw at first
        if reading.rows(waiting, []):
            return
        time.sleep(0.05)
    raise AssertionError("Nobody waits.")


def test_a_new_rule_for_all_waits_for_a_merge_and_does_not_get_in_its_way(ana, monkeypatch):
    ends = renewed_in_the_middle_of_a_merge(ana, monkeypatch)
    assert ends == [ana, None]
    assert {lot.expires_on for lot in Lot.objects.all()} == {programme.last_day(timezone.now(), 3)}
    assert loyal.account(ana).expiring == 20 and not ledgers.broken()


def test_in_another_order_of_locks_each_waits_for_the_other(ana, monkeypatch):
    with unguarded("account_order"):
        ends = renewed_in_the_middle_of_a_merge(ana, monkeypatch)
    assert "deadlock" in str(next(end for end in ends if isinstance(end, OperationalError)))


def come_by(code, calls):
    """Each order placed by a browser that came by a friend's link."""

    def placed(call):
        token = arriving._code.set(code)
        try:
            return call()
        finally:
            arriving._code.reset(token)

    return [lambda call=call: placed(call) for call in calls]


def first_orders(times):
    baskets = [make.basket(make.product()) for _ in range(times)]
    return [lambda one=one: make.order(filled=one, email="friend@example.com") for one in baskets]


def recommending(ana):
    make.paid_order(make.product(price="30.00"), email=ana.email, line1="Strada Mierii 9")
    return referrals.code_of(ana)


def test_a_hundred_first_orders_of_one_friend_are_one_reward(ana):
    code = recommending(ana)
    ends = all_at_once(come_by(code, first_orders(100)))
    assert sum(isinstance(end, Order) for end in ends) == 100
    order = make.pay(Referral.objects.get().order)
    with transaction.atomic():
        fulfilment.ship(order, {line.pk: line.to_ship for line in order.lines.all()})
    later = timezone.now() + timedelta(days=60)
    all_at_once([lambda: referrals.reward_due(later)] * 12)
    assert Entry.objects.filter(reason="referral").count() == Entry.objects.filter(reason="referred").count() == 1
    assert Account.objects.get(customer=ana).available == 100


def test_without_the_guards_one_friend_counts_many_times(ana):
    code = recommending(ana)
    with unguarded("referral", constraints={"one_reward_per_referee": "loyalty_referral"}):
        all_at_once(come_by(code, first_orders(6)))
        assert Referral.objects.count() > 1
