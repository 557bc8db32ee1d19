"""Each answer carries its request's id and a strict content policy."""

import pytest
from django.urls import reverse

from tests import make


def test_the_proxys_request_id_comes_back(client):
    assert client.get("/healthz", headers={"X-Request-ID": "abc-123"})["X-Request-ID"] == "abc-123"


def test_an_id_that_could_forge_log_lines_is_replaced(client):
    answered = client.get("/healthz", headers={"X-Request-ID": "a\tlevel=error"})["X-Request-ID"]
    assert answered.isalnum()


def test_the_shop_allows_no_inline_script_and_nobody_elses(client):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("mail_message", {"state__exact": "\0"}),
        ("order_order", {"date_placed__year": "9" * 30}),
        ("order_order", {"date_placed__year": "2026", "date_placed__month": "9" * 30}),
        ("order_order", {"date_placed__year__gte": "9" * 30}),
        ("customers_customer", {"language": "en\0"}),
        ("order_order", {"\0": "x"}),
    ],
)
def test_a_list_of_the_admin_that_cannot_be_narrowed_like_this_says_so(client, model, asked):
    client.force_login(make.staff("owner"))
    address = reverse(f"admin:{model}_changelist")
    assert client.get(address, asked).status_code == 400
    assert client.get(address, {"date_placed__year": "2026"} if "order" in model else {}).status_code == 200


@pytest.mark.django_db
def test_a_day_of_its_own_in_the_address_of_a_page_is_a_whole_date(client):
    client.force_login(make.staff("owner"))
    assert client.get(reverse("admin:index"), {"day": "2026-11-22"}).status_code == 200


@pytest.mark.django_db
def test_a_shopper_who_searches_for_what_cannot_be_stored_finds_the_page(client):
    assert client.get(reverse("search:search"), {"q": "tea\0"}).status_code == 200
