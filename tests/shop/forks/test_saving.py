"""Saving a row writes what was changed on it, and nothing that was read long before."""

from decimal import Decimal

import pytest

from shop.forks.offer.models import ConditionalOffer
from shop.forks.partner.models import StockRecord
from tests import make

pytestmark = pytest.mark.django_db


def test_a_price_saved_from_an_old_form_keeps_the_units_reserved_meanwhile():
    tea = make.product()
    on_screen = StockRecord.objects.get(product=tea)
    StockRecord.objects.reserve({on_screen.pk: 3})
    on_screen.price = Decimal("9.00")
    on_screen.save()
    row = StockRecord.objects.get(product=tea)
    assert (row.price, row.num_allocated) == (Decimal("9.00"), 3)


def test_an_offer_suspended_by_staff_stays_suspended_whoever_saves_it_next():
    loaded = make.offer(percent="10")
    ConditionalOffer.objects.get(pk=loaded.pk).suspend()
    ConditionalOffer.objects.count_use(loaded.pk, times=1, amount=Decimal(1))
    loaded.name = "Tea month"
    loaded.save()
    row = ConditionalOffer.objects.get(pk=loaded.pk)
    assert row.name == "Tea month"
    assert row.status in ("Suspended",)


def test_a_row_that_was_just_made_and_one_with_nothing_changed_can_be_saved():
    record = StockRecord.objects.get(product=make.product())
    record.save()
    made = StockRecord(product=record.product, partner=record.partner, partner_sku="new", price=1, num_in_stock=1)
    made.save()
    made.price = 2
    made.save()
    assert StockRecord.objects.get(pk=made.pk).price == 2
