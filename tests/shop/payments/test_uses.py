"""What an order that came to nothing leaves of its vouchers and promotions."""

import pytest

from shop.forks.voucher.models import Voucher, VoucherApplication
from shop.orders import audit, fulfilment
from shop.payments import refunds
from tests import make

pytestmark = pytest.mark.django_db


def test_a_paid_order_that_is_cancelled_gives_its_voucher_and_its_offer_back():
    voucher, offer = make.voucher(usage=Voucher.SINGLE_USE), make.offer(percent="10", max_discount="1.00", exclusive=False)
    voucher.offers.update(exclusive=False)
    make.delivery()
    tea = make.product(price="10.00", stock=9)
    for _time in range(2):
        order = make.pay(make.order(filled=make.basket(tea, vouchers=(voucher,))))
        assert order.discounts.count() == 2
        refunds.refund_all(order, reason="Sold out", by=None)
        offer.refresh_from_db()
        assert (offer.num_applications, offer.total_discount) == (0, 0)
    assert not audit.broken()


def test_an_order_that_was_sent_back_has_used_its_voucher():
    make.delivery()
    voucher = make.voucher(usage=Voucher.SINGLE_USE)
    order = make.pay(make.order(filled=make.basket(make.product(price="10.00"), vouchers=(voucher,))))
    fulfilment.ship(order, {line.pk: line.quantity for line in order.lines.all()})
    refunds.refund_all(order, reason="", by=None)
    assert VoucherApplication.objects.standing().count() == 1


@pytest.mark.parametrize("fields", [{"audience": "first_order"}, {"max_user_applications": 1}])
def test_who_was_cancelled_has_not_had_their_promotion_and_who_sent_back_has(fields):
    make.offer(percent="10", **fields)
    tea = make.product(price="10.00", stock=9)
    for _time in range(2):
        order = make.paid_order(tea, email="ana@example.com")
        assert order.discounts.count() == 1
        refunds.refund_all(order, reason="Sold out", by=None)
    bought = make.paid_order(tea, email="ana@example.com")
    fulfilment.ship(bought, {line.pk: line.quantity for line in bought.lines.all()})
    refunds.refund_all(bought, reason="", by=None)
    assert make.order(tea, email="ana@example.com").discounts.count() == 0
