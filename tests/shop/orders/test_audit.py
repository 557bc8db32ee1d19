"""The audit finds what breaks an invariant: each is broken here once, behind the back of everything that keeps it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from shop.forks.basket.models import Basket
from shop.forks.offer.models import ConditionalOffer
from shop.forks.order.models import Line, LinePrice, Order, OrderDiscount
from shop.forks.partner.models import StockRecord
from shop.forks.voucher.models import Voucher, VoucherApplication
from shop.orders import audit
from shop.payments import refunds
from shop.payments.models import PaymentAttempt, Refund, RefundLine, TestCharge, WebhookEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """Some orders in all states, one with an offer, a voucher and a refund."""
    make.delivery()
    make.offer(percent="10", max_global_applications=9, exclusive=False)
    voucher = make.voucher(max_uses=2)
    voucher.offers.update(exclusive=False)
    basket = make.basket(make.product(), quantity=3, vouchers=(voucher,))
    order = make.pay(make.order(filled=basket))
    refunds.refund(order, {order.lines.get().pk: 1}, reason="broken", by=None)
    make.order()
    make.order(payment_code="cash_on_delivery")
    return order


def test_a_shop_in_which_all_is_well(shop, capsys):
    call_command("audit")
    assert "All is well." in capsys.readouterr().out


LONG_AGO = timezone.now() - timedelta(days=3)


def a_charge_of_nobody():
    TestCharge.objects.create(key=uuid4(), charge_key=uuid4(), amount=5, currency="EUR", visible_at=LONG_AGO)
    TestCharge.objects.update(created_at=LONG_AGO)


def an_old_webhook():
    WebhookEvent.objects.create(provider="test", event_id="1", kind="x")
    WebhookEvent.objects.update(received_at=LONG_AGO)


def a_frozen_basket():
    Basket.objects.create(status="Frozen")
    Basket.objects.update(date_created=LONG_AGO)


DAMAGE = {
    "I1 reserved too little": ("I1", lambda: StockRecord.objects.update(num_allocated=0)),
    "I1 reserved for nobody": ("I1", lambda: Line.objects.update(num_allocated=0)),
    "I1 a closed order holds units": ("I1", lambda: Order.objects.update(status="delivered")),
    "I2 paid without a payment": ("I2", lambda: Order.objects.update(paid_at=LONG_AGO)),
    "I2 a payment without an order": ("I2", lambda: Order.objects.update(paid_at=None)),
    "I2 of another amount": ("I2", lambda: PaymentAttempt.objects.update(amount=99)),
    "I2 an attempt nobody settled": ("I2", lambda: PaymentAttempt.objects.update(created_at=LONG_AGO)),
    "I2 a refund nobody carried out": ("I2", lambda: Refund.objects.update(state="pending", created_at=LONG_AGO)),
    "I2 the provider took more": ("I2", lambda: TestCharge.objects.filter(amount__gt=0).update(amount=99)),
    "I2 the provider gave nothing back": ("I2", lambda: TestCharge.objects.filter(amount__lt=0).delete()),
    "I2 the provider took it for nobody": ("I2", a_charge_of_nobody),
    "I3 a total that is no sum": ("I3", lambda: Order.objects.update(total_incl_tax=1)),
    "I3 unit prices that are no sum": ("I3", lambda: LinePrice.objects.update(price_incl_tax=1)),
    "I3 units that are not there": ("I3", lambda: LinePrice.objects.update(quantity=7)),
    "I3 refunds that are no sum": ("I3", lambda: PaymentAttempt.objects.filter(state="captured").update(refunded=1)),
    "I3 units refunded by nobody": ("I3", lambda: Line.objects.update(quantity_refunded=0)),
    "I3 refunded for more than paid": ("I3", lambda: RefundLine.objects.update(amount=99)),
    "I3 refunded in name only": ("I3", lambda: Order.objects.exclude(paid_at=None).update(status="refunded")),
    "I4 a discount that no line got": ("I4", lambda: OrderDiscount.objects.update(amount=1)),
    "I4 a voucher's discount without its use": ("I4", lambda: VoucherApplication.objects.all().delete()),
    "I4 a voucher's use without its discount": ("I4", lambda: OrderDiscount.objects.update(voucher_id=None)),
    "I4 a use that outlives its order": ("I4", lambda: Order.objects.update(status="cancelled")),
    "I5 a voucher used too often": ("I5", lambda: Voucher.objects.update(max_uses=0)),
    "I5 an offer used too often": ("I5", lambda: OrderDiscount.objects.update(frequency=10)),
    "I5 an offer that gave too much": ("I5", lambda: ConditionalOffer.objects.update(max_discount=1, total_discount=0)),
    "I10 a webhook nobody applied": ("I10", an_old_webhook),
    "I15 an ordered basket that is open": ("I15", lambda: Basket.objects.update(status="Open")),
    "I15 a closed basket without an order": ("I15", lambda: Basket.objects.create(status="Submitted")),
    "I15 a basket frozen for ever": ("I15", a_frozen_basket),
}  # fmt: skip


@pytest.mark.parametrize(("code", "damage"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_found(shop, capsys, code, damage):
    damage()
    assert code in {one.code for one in audit.broken()}
    with pytest.raises(SystemExit) as end:
        call_command("audit")
    assert end.value.code == 1
    assert f"{code} " in capsys.readouterr().out
