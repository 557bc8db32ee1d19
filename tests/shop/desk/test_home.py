from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from shop.desk import home, roles, sales_chart
from shop.forks.order.models import Order
from tests import make

pytestmark = pytest.mark.django_db


def first_page(role: str):
    client = Client()
    client.force_login(make.staff(role))
    return client.get("/admin/")


def test_what_waits_leads_to_the_list_behind_it():
    make.paid_order(make.product(stock=3))
    page = first_page("merchant")
    tiles = {tile.label: tile for tile in page.context["tiles"]}
    assert tiles["Orders to ship"].number == 1
    client = Client()
    client.force_login(make.staff("owner"))
    for tile in page.context["tiles"]:
        assert client.get(tile.url).status_code == 200
        assert "_changelist" not in client.get(tile.url).get("Location", "")
    assert [row["free"] for row in page.context["low"]] == [2]


@pytest.mark.parametrize("role", roles.ROLES)
def test_everybody_sees_what_they_may_and_no_more(role):
    page = first_page(role)
    rights = roles.rights_of(role)
    assert page.status_code == 200
    assert ("sales" in page.context) == ("order.view_order" in rights)
    shown = {item["title"] for group in page.context["sidebar_navigation"] for item in group["items"] if item["has_permission"]}
    assert ("Staff and accounts" in shown) == ("customers.view_user" in rights)
    assert ("Refunds" in shown) == ("payments.view_refund" in rights)


def test_staff_without_a_role_are_told_so():
    assert "no role yet" in first_page("").content.decode()


def test_sales_are_those_that_were_paid_for_or_will_be_on_delivery():
    make.order()  # waits for its payment
    paid = make.paid_order()
    cash = make.order(payment_code="cash_on_delivery")
    old = make.paid_order()
    Order.objects.filter(pk=old.pk).update(date_placed=timezone.now() - timedelta(days=home.DAYS))
    shown = home.sales()
    assert shown["count"] == 2
    assert [count for _day, _amount, count in shown["days"]] == [0] * (home.DAYS - 1) + [2]
    assert str(paid.total_incl_tax + cash.total_incl_tax) in shown["total"]


@pytest.mark.parametrize(
    ("highest", "top"), [("0", "1"), ("0.30", "0.5"), ("7", "10"), ("10", "10"), ("199", "200"), ("501", "1000")]
)
def test_the_scale_ends_at_a_round_number(highest, top):
    assert sales_chart.nice_top(Decimal(highest)) == Decimal(top)


def test_an_empty_month_is_drawn_too():
    today = timezone.localdate()
    assert "NaN" not in sales_chart.drawn([(today, Decimal(0), 0)])
    assert sales_chart.drawn([]).count("<rect") == 0


@pytest.mark.parametrize(
    "address, title",
    [("loyalty/programme/", "Programme"), ("loyalty/programme/liability/", "What points are worth"), ("", "Today")],
)
def test_one_entry_of_the_sidebar_is_open(address, title):
    client = Client()
    client.force_login(make.staff("owner"))
    page = client.get(f"/admin/{address}", follow=True)
    entries = [item for group in page.context["sidebar_navigation"] for item in group["items"]]
    assert [item["title"] for item in entries if item["active"]] == [title]
