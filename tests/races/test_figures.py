"""Workers that are killed while they fill days, and several at once: every day is there as a whole, and to the cent."""

import contextlib
import os
from random import Random
from types import SimpleNamespace

import pytest
from django.utils import timezone

from analytics import day_tables, filling, sales
from analytics.models import Channel, Day, Due, Movement, ProductSale, Turnover
from shop.forks import races
from shop.orders import audit
from tests import make
from tests.analytics.make import days_ago, give_back, order
from tests.races.conftest import all_at_once, dies_at

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def some_history():
    """Sales of two weeks that nobody has filled yet."""
    chance, people = Random(5), [make.customer() for _ in range(5)]
    for _ in range(25):
        order(
            chance.choice(people),
            days_ago(chance.randrange(14)),
            str(chance.randrange(5, 90)),
            channel=chance.choice(Channel.values),
        )
    sales.refresh_all()


def is_right():
    """Kept figures are what a rebuilding comes to, and what the orders say in SQL of its own."""
    row = filling.rebuild()
    wrong = [str(each) for one, rows in audit.broken().items() if one.code == "I18" for each in rows]
    return (row.sales_wrong, row.days_wrong, wrong) == (0, 0, [])


def killed_after(tables: int) -> bool:
    """A worker that dies when it has written so many tables of its first day."""

    def work() -> None:
        left = iter(range(tables - 1, -1, -1))
        races.on_point["figures.table_filled"] = lambda: next(left) or os._exit(9)
        filling.catch_up()

    return dies_at("nowhere", work)


@pytest.mark.parametrize("tables", [1, 4, len(day_tables.TABLES)])
def test_a_worker_killed_in_the_middle_of_a_day_leaves_it_due_and_empty(tables):
    due = len(filling.waiting())
    assert killed_after(tables)
    assert not Day.objects.exists()
    assert not Turnover.objects.exists()
    assert len(filling.waiting()) == due
    assert filling.catch_up() == due
    assert is_right()


def test_a_worker_killed_while_it_restates_leaves_what_was_known_before():
    filling.catch_up()
    made = order(make.customer(), days_ago(3), "50.00")
    give_back(made, "20.00", timezone.now())
    before = list(Turnover.objects.order_by("pk").values())
    sales.refresh_all()
    assert killed_after(3)
    assert list(Turnover.objects.order_by("pk").values()) == before
    assert Due.objects.exists()
    filling.catch_up()
    assert is_right()


def test_workers_killed_again_and_again_come_to_the_same_figures():
    chance = Random(6)
    for _ in range(12):
        killed_after(chance.randrange(1, 40))
    filling.catch_up()
    assert is_right()


def test_several_workers_at_once_fill_each_day_once():
    due = len(filling.waiting())
    assert sum(all_at_once([filling.catch_up] * 6)) == due
    assert Movement.objects.count() <= len(Channel.values) * due
    assert is_right()


def test_orders_that_come_while_days_are_filled_are_all_counted():
    made = [order(make.customer(), days_ago(day % 5), "10.00") for day in range(12)]
    calls = [lambda one=one: sales.refresh([one.customer_id]) for one in made]
    calls[3:3] = [filling.catch_up] * 4
    failed = [each for each in all_at_once(calls) if isinstance(each, Exception)]
    assert not failed
    filling.catch_up()
    assert is_right()


def test_control_a_worker_without_its_transaction_loses_half_a_day(monkeypatch):
    monkeypatch.setattr(filling, "transaction", SimpleNamespace(atomic=contextlib.nullcontext))
    assert killed_after(3)
    monkeypatch.undo()
    filling.catch_up()
    assert not is_right()
    assert ProductSale.objects.exists()
