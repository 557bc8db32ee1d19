"""The settings of the attention budget: one row, checked."""

import pytest
from django.urls import reverse

from shop.mail.models import Attention
from tests import make

pytestmark = pytest.mark.django_db
FORM = {
    "per_day": "2",
    "per_week": "",
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "patience_days": "5",
    "free_topics": ["stock"],
}


def save(client, **typed):
    row = client.get(reverse("admin:mail_attention_changelist"))["Location"]
    return client.post(row, {**FORM, **typed})


def test_there_is_one_row_and_the_list_leads_to_it(client):
    client.force_login(make.staff("marketer"))
    assert save(client).status_code == 302
    assert save(client).status_code == 302
    row = Attention.objects.get()
    assert (row.per_day, row.per_week, row.quiet_from.hour, row.free_topics) == (2, None, 22, ["stock"])


@pytest.mark.parametrize(
    "typed", [{"per_day": "0"}, {"per_day": "-1"}, {"quiet_from": "25:00"}, {"free_topics": ["x"]}, {"patience_days": "0"}]
)
def test_what_makes_no_sense_is_said(client, typed):
    client.force_login(make.staff("marketer"))
    assert save(client, **typed).status_code == 200


def test_it_is_not_for_everybody(client):
    client.force_login(make.staff("support"))
    assert client.get(reverse("admin:mail_attention_changelist")).status_code == 403
