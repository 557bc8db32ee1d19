"""What happens to an order after it is placed."""

import pytest

from shop.events.models import Event
from shop.forks.basket.models import Basket
from shop.forks.order.models import Order
from shop.forks.partner.models import StockRecord
from shop.mail.models import Message
from shop.orders import audit, fulfilment, statuses
from shop.orders.statuses import NotPossible
from shop.payments import settlement
from tests import make

pytestmark = pytest.mark.django_db


def stock(order):
    record = StockRecord.objects.get(product=order.lines.first().product)
    return record.num_in_stock, record.num_allocated


def line_ids(order):
    return [line.pk for line in order.lines.all()]


def kinds(order):
    return list(Event.objects.filter(data__number=order.number).order_by("pk").values_list("kind", flat=True))


def test_an_order_goes_its_way_parcel_by_parcel():
    order = make.paid_order(make.product(stock=10), make.product(), quantity=3)
    tea, mug = line_ids(order)
    order = fulfilment.ship(order, {tea: 2}, tracking_code="RO123", carrier="Fan")
    assert (order.status, stock(order)) == ("partly_shipped", (8, 1))
    order = fulfilment.ship(order, {tea: 1, mug: 3})
    assert (order.status, stock(order)) == ("shipped", (7, 0))
    order = fulfilment.deliver(order)
    assert fulfilment.deliver(order).status == "delivered"
    assert kinds(order) == ["order.placed", "order.paid", "order.shipped", "order.shipped", "order.delivered"]
    assert [change.new_status for change in order.status_changes.order_by("pk")] == [
        "pending_payment",
        "paid",
        "partly_shipped",
        "shipped",
        "delivered",
    ]
    assert order.shipments.first().tracking_code == "RO123"
    assert not audit.broken()


@pytest.mark.parametrize("quantities", [{}, {"tea": 0}, {"tea": 4}, {"tea": -1}, {"other": 1}])
def test_only_what_was_ordered_and_is_still_here_can_be_shipped(quantities):
    order = make.paid_order(make.product(), quantity=3)
    other = make.paid_order(make.product())
    ids = {"tea": line_ids(order)[0], "other": line_ids(other)[0]}
    with pytest.raises(NotPossible):
        fulfilment.ship(order, {ids[name]: count for name, count in quantities.items()})
    assert stock(order) == (10, 3)


def test_units_leave_once():
    order = make.paid_order(make.product(), quantity=2)
    fulfilment.ship(order, dict.fromkeys(line_ids(order), 2))
    with pytest.raises(NotPossible):
        fulfilment.ship(order, dict.fromkeys(line_ids(order), 1))
    assert stock(order) == (8, 0)


def test_what_is_not_paid_is_not_shipped_unless_it_is_paid_on_delivery():
    with pytest.raises(NotPossible):
        fulfilment.ship(unpaid := make.order(), dict.fromkeys(line_ids(unpaid), 1))
    order = make.order(payment_code="cash_on_delivery")
    order = fulfilment.ship(order, dict.fromkeys(line_ids(order), 1))
    order = settlement.receive(fulfilment.deliver(order), make.user())
    assert (order.status, bool(order.paid_at)) == ("delivered", True)


def test_an_order_given_up_lets_go_of_everything_and_its_basket_is_open_again():
    voucher = make.voucher(max_uses=1)
    tea = make.product(price="20.00")
    basket = make.basket(tea, quantity=2, vouchers=(voucher,))
    order = make.order(filled=basket)
    order = settlement.give_up(order, "Changed their mind.")
    assert (order.status, stock(order)) == ("cancelled", (10, 0))
    basket = Basket.objects.get(pk=basket.pk)
    assert (basket.status, basket.item_count, basket.vouchers.get()) == ("Open", 2, voucher)
    again = make.order(filled=basket)
    assert again.pk != order.pk
    assert again.discounts.get().voucher_code == voucher.code
    assert not audit.broken()


def test_paid_and_shipped_orders_are_not_cancelled_but_refunded():
    for order in (make.paid_order(), make.order(payment_code="cash_on_delivery")):
        if not order.paid_at:
            fulfilment.ship(order, dict.fromkeys(line_ids(order), 1))
        with pytest.raises(NotPossible):
            fulfilment.cancel(order, "no")


def test_a_parcel_that_nobody_took_or_paid_for_is_in_stock_again(deliver):
    order = make.order(make.product(), quantity=3, payment_code="cash_on_delivery")
    order = fulfilment.ship(order, dict.fromkeys(line_ids(order), 2))
    assert stock(order) == (8, 1)
    for _click in range(2):
        settlement.take_back(order, "Refused at the door.")
    order.refresh_from_db()
    assert (order.status, stock(order), order.attempts.get().state) == ("cancelled", (10, 0), "closed")
    assert Basket.objects.get(pk=order.basket_id).status == "Submitted"  # weeks later nobody wants it back in their basket
    deliver()
    mail = Message.objects.get(kind="order_cancelled")
    assert "has come back to us" in mail.text and "Refused at the door." in mail.text
    assert not audit.broken()


def test_what_is_paid_or_still_here_does_not_come_back_unpaid():
    paid = make.paid_order()
    with pytest.raises(NotPossible):
        settlement.take_back(fulfilment.ship(paid, dict.fromkeys(line_ids(paid), 1)), "no")
    assert Order.objects.get(pk=paid.pk).status == "shipped"
    with pytest.raises(NotPossible):
        settlement.take_back(here := make.order(), "no")
    assert Order.objects.get(pk=here.pk).status == "pending_payment"


def test_a_second_call_of_anything_changes_nothing():
    order = make.paid_order()
    assert fulfilment.confirm_payment(order).paid_at == order.paid_at
    other = make.order()
    assert fulfilment.cancel(fulfilment.cancel(other, ""), "").status == "cancelled"
    assert kinds(order) == ["order.placed", "order.paid"]
    assert kinds(other) == ["order.placed", "order.cancelled"]


def test_of_two_that_move_an_order_one_finds_it_gone():
    order = make.paid_order()
    one, other = Order.objects.get(pk=order.pk), Order.objects.get(pk=order.pk)
    statuses.move(one, statuses.SHIPPED)
    with pytest.raises(NotPossible, match="cannot become"):
        statuses.move(other, statuses.CANCELLED)
    assert Order.objects.get(pk=order.pk).status == "shipped"


def test_every_status_has_a_name_and_ways_on():
    assert set(statuses.NEXT) == set(statuses.NAMES)
    assert {to for ways in statuses.NEXT.values() for to in ways} <= set(statuses.NAMES)
