import pytest
from django.test import Client

from tests import make

pytestmark = pytest.mark.django_db
LIST = "/admin/order/order/"


@pytest.fixture
def merchant() -> Client:
    client = Client()
    client.force_login(make.staff("merchant"))
    return client


def found(client: Client, **query: str) -> list[str]:
    return [order.number for order in client.get(LIST, query).context["cl"].result_list]


def test_the_list_costs_the_same_for_any_number_of_orders(merchant, costs_the_same):
    costs_the_same(show=lambda: merchant.get(LIST), add_row=make.order)


def test_an_order_is_found_by_number_address_and_name(merchant):
    mine = make.order(email="ion.rusu@example.com", first_name="Ion", last_name="Rusu")
    make.order(email="ana@example.com", first_name="Ana", last_name="Pop")
    for term in (mine.number, mine.number.lower(), "ion.rusu@", "Rusu", "ion rusu"):
        assert found(merchant, q=term) == [mine.number]
    assert found(merchant, q="nobody") == []


def test_what_is_to_be_shipped_is_one_click_away(merchant):
    make.order()
    paid = make.paid_order()
    assert found(merchant, status="to_ship") == [paid.number]
    assert found(merchant, paid="yes") == [paid.number]
    assert len(found(merchant, paid="no")) == 1
    assert len(found(merchant, status="nonsense")) == 2


def test_nobody_writes_into_an_order(merchant):
    order = make.order()
    assert merchant.post(f"{LIST}{order.pk}/change/", {"total_incl_tax": "0"}).status_code == 405
    assert merchant.post(f"{LIST}{order.pk}/delete/", {"post": "yes"}).status_code == 403
    assert merchant.get(f"{LIST}add/").status_code == 403
