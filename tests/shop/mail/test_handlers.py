"""Mail that follows from what happened."""

import pytest

from shop.customers import consent
from shop.mail.models import Message
from tests import make

pytestmark = pytest.mark.django_db


def test_who_asks_for_news_gets_a_link_to_say_yes(deliver, client):
    ana = make.customer(language="ro")
    consent.give(ana, "news", source="form", wording="Vreau noutăți")
    deliver()
    message = Message.objects.get(kind="consent_confirm")
    assert (message.to_address, message.language, message.topic, message.is_secret) == (ana.email, "ro", "", True)
    assert "Vreau noutăți" in message.html
    path = message.text.partition("/subscribe/")[2].partition("/)")[0]
    client.post(f"/subscribe/{path}/")
    assert consent.is_given(ana, "news")


def test_typing_an_address_over_and_over_does_not_fill_the_mailbox(deliver):
    ana = make.customer()
    for _ in range(5):
        consent.give(ana, "news", source="form")
        deliver()
    assert ana.messages.count() == 1


def test_who_has_said_yes_in_the_meantime_is_not_asked(deliver):
    ana = make.customer()
    asked = consent.give(ana, "news", source="form")
    consent.confirm(consent.token(asked))
    deliver()
    assert not ana.messages.exists()
