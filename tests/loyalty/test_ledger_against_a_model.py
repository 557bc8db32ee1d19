"""Random histories of points, in the ledger and in a model of a few lines: they agree after every step.

`HISTORIES=2000` runs more of them.
"""

import os
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from loyalty import audit, expiry, ledger
from loyalty.models import Account, Lot, Programme
from tests import make
from tests.loyalty import make as loyal
from tests.loyalty.make import at
from tests.loyalty.reference import Model

pytestmark = pytest.mark.django_db
POINTS = st.integers(1, 60)
FOUND = (
    audit.accounts_are_their_lots,
    audit.what_ends_next_is_of_the_lots,
    audit.lots_are_the_journal,
    audit.debts_are_the_journal,
    audit.entries_move_what_they_say,
    audit.no_more_is_taken_back_than_was_earned,
    audit.no_more_comes_back_than_was_spent,
)


class Histories(RuleBasedStateMachine):
    earned, held, spent = Bundle("earned"), Bundle("held"), Bundle("spent")

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.ana, self.count, self.now = make.customer(), 0, at("2026-01-10")

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(owes=st.booleans(), months=st.sampled_from([1, 12, None]), idle=st.sampled_from([None, 1, 2]))
    def begin(self, owes, months, idle):
        clawback = Programme.Clawback.DEBT if owes else Programme.Clawback.WITHIN_BALANCE
        self.months, self.model = months, Model(owes, 5, idle)
        loyal.programme(clawback=clawback, lasts_months=months, idle_months=idle, grace_days=5)

    def cause(self):
        self.count += 1
        return f"cause {self.count}"

    @property
    def today(self):
        return timezone.localdate(self.now)

    @rule(months=st.sampled_from([1, 3, None]))
    def change_how_long_points_last(self, months):
        self.months = months
        loyal.programme(lasts_months=months)

    @rule(target=earned, points=POINTS, waits=st.booleans())
    def earn(self, points, waits):
        return self.earned_for("order", points, waits)

    @rule(target=earned, points=POINTS)
    def be_given(self, points):
        return self.earned_for("birthday", points, waits=False)

    def earned_for(self, reason, points, waits):
        cause, start = self.cause(), self.now + timedelta(days=14) if waits else None
        for _twice in range(2):
            ledger.earn(self.ana, points, reason, cause=cause, available_at=start, now=self.now)
        self.model.expire(self.today)
        heap = self.model.earn(points, self.months, waits, self.now)
        if reason == "order":
            self.model.renew(self.now, self.today)
        return cause, heap

    @rule(one=earned)
    def activate(self, one):
        cause, heap = one
        ledger.make_available(cause, now=self.now)
        self.model.activate(heap, self.now)

    @rule(target=held, points=POINTS)
    def hold(self, points):
        cause = self.cause()
        self.model.expire(self.today)
        if points > self.model.sums()["available"]:
            with pytest.raises(ledger.NotEnoughPoints):
                ledger.hold(self.ana, points, cause=cause, now=self.now)
            return multiple()
        ledger.hold(self.ana, points, cause=cause, now=self.now)
        self.model.hold(cause, points)
        self.model.renew(self.now, self.today)
        return cause

    @rule(target=spent, cause=consumes(held))
    def spend(self, cause):
        ledger.spend_held(cause, now=self.now)
        self.model.end(cause, "spent", self.today)
        with pytest.raises(ledger.HoldIsOver):
            ledger.release(cause, now=self.now)
        return cause

    @rule(cause=consumes(held))
    def release(self, cause):
        ledger.release(cause, now=self.now)
        self.model.end(cause, "available", self.today)

    @rule(cause=spent, points=POINTS)
    def give_back(self, cause, points):
        left = sum(share for _heap, share in self.model.holds[cause])
        if points > left:
            with pytest.raises(ledger.NotEnoughPoints):
                ledger.give_back(cause, points, because=self.cause(), now=self.now)
            return
        ledger.give_back(cause, points, because=self.cause(), now=self.now)
        self.model.give_back(cause, points, self.today)

    @rule(one=earned, points=POINTS)
    def reverse(self, one, points):
        cause, heap = one
        because = self.cause()
        for _twice in range(2):
            ledger.reverse(cause, points, because=because, now=self.now)
        self.model.expire(self.today)
        self.model.reverse(heap, points)

    @rule(points=POINTS)
    def take(self, points):
        self.model.expire(self.today)
        if points > self.model.sums()["available"]:
            with pytest.raises(ledger.NotEnoughPoints):
                ledger.adjust(self.ana, -points, by=None, note="", cause=self.cause(), now=self.now)
            return
        ledger.adjust(self.ana, -points, by=None, note="", cause=self.cause(), now=self.now)
        for heap, share in self.model.take(points):
            heap.reversed += share

    @rule(days=st.integers(1, 40))
    def wait(self, days):
        self.now += timedelta(days=days)
        expiry.run(self.now)
        self.model.expire(self.today)

    @invariant()
    def they_agree(self):
        account = Account.objects.filter(customer=self.ana).first()
        if account is None:
            return
        # Not every verb lets go of what is over, the job does.
        expiry.run(self.now)
        self.model.expire(self.today)
        account.refresh_from_db()
        assert {name: getattr(account, name) for name in self.model.sums()} == self.model.sums()
        lots = Lot.objects.filter(account=account).order_by("pk").values_list("available", "expires_on")
        assert list(lots) == [(heap.available, heap.until) for heap in self.model.heaps]
        for find in FOUND:
            assert not list(find()), find.__doc__


@pytest.mark.parametrize("steps", [30])
def test_the_ledger_does_what_the_model_does(steps):
    few = settings(
        max_examples=int(os.environ.get("HISTORIES", "25")),
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Histories, settings=few)
