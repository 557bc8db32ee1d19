"""The log and its deliveries in the admin."""

import pytest
from django.db import transaction
from django.urls import reverse

from shop.events import log
from shop.events.catalog import EmailConfirmed
from shop.events.models import Delivery
from tests import hub, make
from tests.shop.customers.test_admin import staff

pytestmark = pytest.mark.django_db


def note(event, customer): ...


def failed():
    with hub.hearing(EmailConfirmed, note), transaction.atomic():
        log.record(EmailConfirmed(), customer=make.customer())
    Delivery.objects.update(state="failed", attempts=8, error="ValueError: no")
    return Delivery.objects.latest("pk")


def test_failed_deliveries_show_their_error_and_can_be_tried_again(client):
    staff(client, "events.view_delivery", "events.change_delivery")
    dead = failed()
    url = reverse("admin:events_delivery_changelist")
    assert "ValueError: no" in client.get(url, {"state__exact": "failed"}).content.decode()
    client.post(url, {"action": "try_again", "_selected_action": [dead.pk]})
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("waiting", 0)


def test_who_may_only_look_tries_nothing_again(client):
    staff(client, "events.view_delivery")
    dead = failed()
    client.post(reverse("admin:events_delivery_changelist"), {"action": "try_again", "_selected_action": [dead.pk]})
    dead.refresh_from_db()
    assert dead.state == "failed"


@pytest.mark.parametrize("name", ["events_event", "events_delivery"])
def test_nobody_writes_the_log_by_hand(client, name):
    boss = make.user()
    type(boss).objects.filter(pk=boss.pk).update(is_staff=True, is_superuser=True)
    client.force_login(boss)
    dead = failed()
    pk = dead.pk if name == "events_delivery" else dead.event_id
    assert client.get(reverse(f"admin:{name}_add")).status_code == 403
    assert client.get(reverse(f"admin:{name}_change", args=[pk])).status_code == 200
    assert client.post(reverse(f"admin:{name}_change", args=[pk]), {"kind": "x"}).status_code == 403
    assert client.post(reverse(f"admin:{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_the_lists_cost_the_same_with_many_rows(client, costs_the_same):
    staff(client, "events.view_event", "events.view_delivery")
    for name in ("event", "delivery"):
        url = reverse(f"admin:events_{name}_changelist")
        costs_the_same(show=lambda url=url: client.get(url), add_row=failed)


def test_a_kind_can_be_chosen_from_the_catalogue(client):
    staff(client, "events.view_event")
    failed()
    url = reverse("admin:events_event_changelist")
    for kind, count in (("customer.email_confirmed", 1), ("order.placed", 0), ("nonsense", 0)):
        assert client.get(url, {"kind": kind}).context["cl"].result_count == count
