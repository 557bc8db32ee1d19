"""However many senders there are: no person gets more marketing in a day than the merchant allows."""

import pytest
from django.utils import timezone

from shop.customers import consent
from shop.mail import admission, outbox
from shop.mail.models import Attention, Message
from tests import make
from tests.races.conftest import all_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PEOPLE, LETTERS, MOST = 5, 8, 2


def claimed():
    """Letters to a few people, each in the hands of a sender of its own."""
    Attention.objects.create(per_day=MOST, per_week=None, quiet_from="00:00", quiet_until="00:00")
    people = [make.customer() for _ in range(PEOPLE)]
    for person in people:
        consent.give(person, "news", source="form", confirmed_at=timezone.now())
    rows = [
        outbox.send("account_unknown", person, {}, key=f"{person.pk}-{number}", topic="news")
        for number in range(LETTERS)
        for person in people
    ]
    Message.objects.update(state="sending", attempts=1, claimed_at=timezone.now())
    return [[row.pk for row in rows[at : at + PEOPLE]] for at in range(0, len(rows), PEOPLE)]


def let_out():
    batches = claimed()

    def ask(ids):
        return admission.admit(list(Message.objects.filter(pk__in=ids).select_related("customer")))

    ends = all_at_once([lambda ids=ids: ask(ids) for ids in batches], at_once=LETTERS)
    assert all(isinstance(end, list) for end in ends), ends
    each = [message.customer_id for end in ends for message in end]
    return {person: each.count(person) for person in each}


def test_no_person_gets_more_than_allowed_from_senders_at_once():
    assert set(let_out().values()) == {MOST}


def test_without_the_lock_somebody_gets_more(monkeypatch):
    monkeypatch.setattr(admission, "_lock", lambda people: people)
    assert max(let_out().values()) > MOST
