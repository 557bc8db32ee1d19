"""Waking a worker up, and what happens when the broker is away."""

import time

import pytest
from celery import current_app
from django.db import transaction

from shop.events import bell

pytestmark = pytest.mark.django_db(transaction=True)  # callbacks that a test ran by hand would stay in its transaction


@pytest.fixture
def rings(monkeypatch):
    heard = []
    monkeypatch.setattr(current_app, "send_task", heard.append)
    monkeypatch.setattr(bell, "_silent_until", 0.0)
    return heard


def test_a_task_is_rung_once_for_each_transaction(rings):
    with transaction.atomic():
        bell.ring("mail")
        with transaction.atomic():
            bell.ring("mail")
        bell.ring("events")
    assert rings == ["mail", "events"]


def test_a_ring_inside_what_rolled_back_does_not_swallow_the_next(rings):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            bell.ring("mail")
            _ = 1 / 0
        bell.ring("mail")
    assert rings == ["mail"]


def test_a_broker_that_is_away_is_left_alone_for_a_while(monkeypatch):
    calls = []

    def refuse(task):
        calls.append(task)
        raise ConnectionError("nobody there")

    monkeypatch.setattr(current_app, "send_task", refuse)
    monkeypatch.setattr(bell, "_silent_until", 0.0)
    for _ in range(3):
        with transaction.atomic():
            bell.ring("mail")
    assert calls == ["mail"]
    monkeypatch.setattr(bell, "_silent_until", time.monotonic() - 1)
    with transaction.atomic():
        bell.ring("mail")
    assert calls == ["mail", "mail"]
