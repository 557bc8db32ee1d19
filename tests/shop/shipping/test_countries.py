"""A way of delivery makes the countries it goes to known to addresses."""

import pytest
from oscar.apps.address.models import Country

from shop.shipping.models import Method
from shop.storefront import countries

pytestmark = pytest.mark.django_db


def test_saving_a_way_of_delivery_is_enough_to_deliver_there():
    Method.objects.create(code="post", name="Post", countries=["RO", "MD"])
    assert set(countries.deliverable()) == {"RO", "MD"}


def test_a_way_to_everywhere_knows_the_world_but_no_unions_of_it():
    Method.objects.create(code="post", name="Post", countries=[])
    known = set(Country.objects.values_list("pk", flat=True))
    assert {"JP", "BR", "UA"} <= known
    assert not {"EU", "ZZ", "001"} & known


def test_a_country_switched_off_before_is_delivered_to_again():
    Country.objects.create(iso_3166_1_a2="FR", printable_name="France", name="France", is_shipping_country=False)
    Method.objects.create(code="post", name="Post", countries=["FR"])
    assert countries.deliverable() == ["FR"]
