import pytest
from django.utils import timezone

from analytics.models import Day, Movement, Stats
from shop.forks.order.models import Order
from shop.orders import audit
from tests import make
from tests.analytics.make import days_ago, filled, give_back, order

pytestmark = pytest.mark.django_db


def found():
    return [str(row) for one, rows in audit.broken().items() if one.code == "I18" for row in rows]


@pytest.fixture
def a_filled_shop():
    ana, ben = make.customer(), make.customer()
    order(ana, days_ago(400), "10.00")
    order(ana, days_ago(10), "10.00")
    give_back(order(ben, days_ago(5), "30.00"), "4.00", timezone.now())
    filled()
    return ana


def test_all_is_well_in_a_shop_that_was_filled(a_filled_shop):
    assert found() == []


@pytest.mark.parametrize("field", ["orders", "paid", "refunded"])
def test_a_falsified_day_is_found(a_filled_shop, field):
    Day.objects.filter(day=days_ago(5)).update(**{field: 999})
    assert len(found()) == 1


def test_customers_that_were_never_there_are_found(a_filled_shop):
    Movement.objects.filter(day=days_ago(10)).update(won_back=2)
    assert "customers 3" in found()[0]


def test_a_forgotten_order_is_found(a_filled_shop):
    Stats.objects.filter(customer=a_filled_shop).update(orders=1)
    assert found() == [f"customer {a_filled_shop.pk}"]


def test_a_new_order_is_excused_until_its_event_was_heard_and_right_after(deliver):
    make.paid_order()
    assert found() == []
    deliver()
    assert found() == []
    filled()
    assert found() == []


def test_money_that_was_never_spent_is_found(a_filled_shop):
    Order.objects.filter(pk=order(a_filled_shop, days_ago(3), "900.00").pk).update(currency="MDL")
    filled()
    assert found() == [], "money of another currency is not the shop's"
    Stats.objects.filter(customer=a_filled_shop).update(spent=920)
    assert found() == [f"customer {a_filled_shop.pk}"]
