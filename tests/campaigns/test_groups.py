"""Promotions for segments."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.groups import Segments
from campaigns.models import Segment
from shop.customers.models import Customer
from shop.orders import quotes
from shop.pricing import groups
from tests import make
from tests.campaigns.test_segments import bought, fact, rules
from tests.loyalty import make as have

pytestmark = pytest.mark.django_db


def segment(*conditions, name: str = "Here") -> Segment:
    return Segment.objects.create(name=name, rules=rules(*conditions))


def off(person: Customer | None) -> Decimal:
    owner = person.user if person else None
    return quotes.quote(make.basket(make.product(price="20.00"), owner=owner), country="RO").discount_total


def test_who_is_in_the_segment_gets_it_and_its_name_is_told_to_nobody():
    make.delivery()
    here = segment(fact("customer_country", "is", "MD"), name="Cheap people")
    make.offer(percent="10", audience=f"segment:{here.pk}")
    ana, ion = have.member(country="MD"), have.member(country="RO")
    assert [off(one) for one in (ana, ion, None)] == [Decimal("2.00"), 0, 0]
    assert set(groups.customers(f"segment:{here.pk}")) == {ana}
    seen = quotes.quote(make.basket(make.product()), country="RO").barred
    assert seen[0].why == "It is for some of our customers."
    here.delete()
    assert off(ana) == 0
    assert quotes.quote(make.basket(make.product()), country="RO").barred == []


def test_rules_that_count_what_somebody_did():
    make.delivery()
    tea = make.product(price="20.00")
    twice = segment(bought("product", tea.pk, times=2))
    make.offer(percent="10", audience=f"segment:{twice.pk}")
    ana = have.member()
    got = []
    for _number in range(3):
        got.append(off(ana))
        make.paid_order(tea, user=ana.user, email=ana.email)
    assert got == [0, 0, Decimal("2.00")]


@pytest.mark.parametrize("broken", ["nothing", {"groups": [{"conditions": [{"type": "fact", "fact": "no such fact"}]}]}])
def test_rules_that_cannot_be_read_are_true_of_nobody(broken):
    make.delivery()
    wrong = Segment.objects.create(name="Wrong", rules=broken)
    make.offer(percent="10", audience=f"segment:{wrong.pk}")
    assert off(have.member()) == 0
    assert not groups.customers(f"segment:{wrong.pk}").exists()


def test_any_number_of_segments_takes_two_queries():
    ana = have.member(country="MD")
    ids = [
        str(segment(fact("customer_country", "is", "MD"), bought(times=0 + number % 3 + 1, did=False), name=f"S{number}").pk)
        for number in range(20)
    ]
    for asked in (ids[:1], ids):
        Segments().of(ana, asked)  # once a minute their rules are looked through
        with CaptureQueriesContext(connection) as queries:
            assert Segments().of(ana, asked) == set(asked)
        assert len(queries) == 2
        with CaptureQueriesContext(connection) as queries:
            assert set(Segments().reasons(asked)) == set(asked)
        assert len(queries) == 1
