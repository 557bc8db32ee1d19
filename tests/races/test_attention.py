"""However many senders there are: no person gets more marketing in a day than the merchant allows."""

from collections import Counter

import pytest
from django.utils import timezone

from shop.customers import consent
from shop.mail import admission, outbox, sending
from shop.mail.models import Attention, Message
from tests import make
from tests.races.conftest import all_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PEOPLE, LETTERS, MOST = 5, 8, 2


def written():
    """Letters to a few people."""
    Attention.objects.create(per_day=MOST, per_week=None, quiet_from="00:00", quiet_until="00:00")
    people = [make.customer() for _ in range(PEOPLE)]
    for person in people:
        consent.give(person, "news", source="form", confirmed_at=timezone.now())
    for number in range(LETTERS):
        for person in people:
            outbox.send("account_unknown", person, {}, key=f"{person.pk}-{number}", topic="news")


def let_out():
    """How many each gets when senders claim and claim until nothing is due any more."""
    written()

    def work():
        mine = []
        while Message.objects.due().exists():
            mine += sending.claim(0, PEOPLE)[1].messages
        return mine

    ends = all_at_once([work] * LETTERS, at_once=LETTERS)
    assert all(isinstance(end, list) for end in ends), ends
    return Counter(message.customer_id for end in ends for message in end)


def test_no_person_gets_more_than_allowed_from_senders_at_once():
    found = let_out()
    assert (set(found.values()), len(found)) == ({MOST}, PEOPLE)


def test_without_the_lock_somebody_gets_more(monkeypatch):
    monkeypatch.setattr(admission, "_locked", lambda messages: messages.select_for_update(skip_locked=True, of=("self",)))
    assert max(let_out().values()) > MOST
