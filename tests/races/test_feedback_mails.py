"""One mail handed over several times at once is one word in its conversation."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from feedback import arriving, cases, incoming
from feedback.models import Case, Entry, ReceivedMail
from tests import make
from tests.feedback import mails

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def configured(settings):
    mails.configure(settings)


def answered():
    now = timezone.now()
    case = cases.from_form(name="Ana", email="ana@example.com", order_number="", text="Hello", language="en", now=now)
    return cases.reply(case, "Yes?", by=make.staff("support"), now=now).message.headers["Reply-To"]


def at_once(payloads):
    def call(payload):
        try:
            return mails.post(payload).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(call, payloads))


def words():
    return Entry.objects.filter(kind=Entry.Kind.FROM_CUSTOMER, text="Once").count()


def test_the_same_call_eight_times_at_once_is_one_word():
    mail = mails.written(answered(), "Once", files=[("bill.pdf", "application/pdf", b"%PDF-1.7")])
    assert set(at_once([mail] * 8)) == {200}
    assert words() == 1
    assert ReceivedMail.objects.count() == 1
    assert Entry.objects.get(text="Once").enclosures.count() == 1


def test_the_same_mail_to_two_addresses_at_once_begins_one_conversation():
    mail = mails.written("help@in.shop.example", "Once", by="new@example.com")
    assert set(at_once([mail, {**mail, "OriginalRecipient": "shop@in.shop.example"}] * 4)) == {200}
    assert Case.objects.count() == words() == 1


def test_control_without_the_mails_own_id_each_call_is_a_word(monkeypatch):
    mail = mails.written(answered(), "Once")
    keys = iter(range(100))
    monkeypatch.setattr(incoming, "key_of", lambda message: str(next(keys)))
    at_once([mail] * 8)
    assert words() == 8


def test_control_without_the_constraint_looking_first_is_not_enough(monkeypatch):
    mail = mails.written(answered(), "Once")

    class Looking:
        """Two that look at the same moment both find nothing."""

        def get_or_create(self, key, defaults):
            return ReceivedMail.objects.create(key=f"{key[:40]}{timezone.now().timestamp()}", **defaults), True

        def filter(self, **conditions):
            return ReceivedMail.objects.none()

    class Unguarded:
        Outcome, objects = ReceivedMail.Outcome, Looking()

    monkeypatch.setattr(arriving, "ReceivedMail", Unguarded)
    at_once([mail] * 8)
    assert words() > 1
