"""The merchant's rules are built once, and anew as soon as a row of theirs has changed, however it was changed."""

from decimal import Decimal

import pytest
from django.db import connection, transaction

from shop.forks.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.orders import ways_to_pay
from shop.orders.models import PaymentMethod
from shop.pricing import live, tax
from shop.pricing.models import TaxRate
from shop.rules.kept import Kept, one_look
from shop.rules.models import Change
from shop.shipping import rates
from shop.shipping.models import Band, Method
from shop.storefront import countries
from tests import make

pytestmark = pytest.mark.django_db


def test_it_costs_one_small_query_and_is_built_once(django_assert_num_queries):
    built = []
    kept = Kept(lambda: built.append(1), "shipping_method")
    kept()
    with django_assert_num_queries(1):
        kept()
    with django_assert_num_queries(1), one_look():
        kept()
        kept()
    assert len(built) == 1


def test_another_table_changes_nothing():
    built = []
    kept = Kept(lambda: built.append(1), "shipping_method")
    kept()
    TaxRate.objects.create(country="RO", rate=19)
    kept()
    assert len(built) == 1


def prices():
    return [one.price for one in rates.options_for(Decimal(10), 100, "RO")]


def test_a_price_that_is_saved_changed_in_bulk_or_by_plain_sql_is_the_next_price():
    method = make.delivery("4.90")
    band = method.bands.get()
    assert prices() == [Decimal("4.90")]
    band.price = Decimal("5.90")
    band.save()
    assert prices() == [Decimal("5.90")]
    Band.objects.update(price=Decimal("6.90"))
    assert prices() == [Decimal("6.90")]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE shipping_band SET price = 7.90")
    assert prices() == [Decimal("7.90")]
    Method.objects.bulk_update([Method(pk=method.pk, is_on=False)], ["is_on"])
    assert prices() == []


def test_what_was_rolled_back_is_not_kept():
    make.delivery("4.90")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Band.objects.update(price=Decimal("1.00"))
        assert prices() == [Decimal("1.00")]
        raise ZeroDivisionError
    assert prices() == [Decimal("4.90")]
    Band.objects.update(price=Decimal("2.00"))
    assert prices() == [Decimal("2.00")]


def test_taxes_ways_to_pay_and_countries_are_true_at_once():
    assert tax.taxes_of("RO").rate() == 0
    TaxRate.objects.bulk_create([TaxRate(country="RO", rate=19)])
    assert tax.taxes_of("RO").rate() == Decimal("0.19")
    TaxRate.objects.all().delete()
    assert tax.taxes_of("RO").rate() == 0

    assert ways_to_pay.all_of_them() == {}
    PaymentMethod.objects.create(code="bank_transfer", surcharge=1)
    PaymentMethod.objects.update(surcharge=2)
    assert ways_to_pay.all_of_them()["bank_transfer"].surcharge == 2

    make.delivery(countries=("RO", "MD"))
    assert countries.deliverable() == ["MD", "RO"]
    Method.objects.update(countries=["RO"])
    assert countries.deliverable() == ["RO"]


def amounts():
    return sorted(one.offer.benefit.value for one in live.running())


def test_offers_are_true_at_once_whatever_part_of_them_changes():
    offer = make.offer(percent="10")
    assert amounts() == [10]
    Benefit.objects.update(value=20)
    assert amounts() == [20]
    Condition.objects.update(value=5)
    assert live.running()[0].offer.condition.value == 5
    Range.objects.update(includes_all_products=False)
    assert not live.running()[0].condition_span.range.includes_all_products
    tea = make.category("Tea")
    offer.condition.range.included_categories.add(tea)
    assert live.running()[0].condition_span.categories == {tea.pk}
    green = make.category("Green tea", tea)
    assert live.running()[0].condition_span.categories == {tea.pk, green.pk}
    ConditionalOffer.objects.update(status=ConditionalOffer.SUSPENDED)
    assert amounts() == []


def test_an_order_that_counts_its_use_of_an_offer_has_nothing_compiled_anew():
    offer = make.offer(percent="10", max_global_applications=5)
    before = Change.objects.count()
    assert ConditionalOffer.objects.count_use(offer.pk, times=1, amount=Decimal(1))
    assert Change.objects.count() == before


def test_notes_of_the_day_before_yesterday_go_when_new_ones_come():
    from datetime import timedelta

    from django.utils import timezone

    TaxRate.objects.create(country="RO", rate=19)
    Change.objects.update(at=timezone.now() - timedelta(days=2))
    TaxRate.objects.create(country="MD", rate=20)
    assert Change.objects.filter(table="pricing_taxrate").count() == 1
    assert tax.taxes_of("RO").rate() == Decimal("0.19")


def test_one_look_holds_inside_another_unless_it_looks_again():
    TaxRate.objects.create(country="RO", rate=19)
    with one_look():
        assert tax.taxes_of("RO").rate() == Decimal("0.19")
        TaxRate.objects.update(rate=21)
        with one_look():
            assert tax.taxes_of("RO").rate() == Decimal("0.19")
        with one_look(again=True):
            assert tax.taxes_of("RO").rate() == Decimal("0.21")
    assert tax.taxes_of("RO").rate() == Decimal("0.21")
