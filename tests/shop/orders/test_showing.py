"""Products as lines of a basket, an order or a mail."""

from datetime import date

import pytest

from shop.forks.catalogue.models import ProductAttribute
from shop.orders import showing
from tests import make

pytestmark = pytest.mark.django_db


def test_a_variant_that_differs_in_a_number_says_its_unit():
    parent = make.product("Kettle", price=None, structure="parent")
    kettle = make.product("", parent=parent)
    make.attribute(kettle, "capacity", 900, kind="integer")
    ProductAttribute.objects.update(unit="ml")
    assert showing.faces_of([kettle])[kettle.pk].variant == "900\u00a0ml"


def test_a_variant_that_differs_in_an_option_says_the_option():
    child = make.variants("Assam").children.get(title="Assam, 50 g")
    child.title = ""
    assert showing.faces_of([child])[child.pk].variant == "50 g"


@pytest.mark.parametrize(
    ("language", "within", "across"),
    [
        ("en", "23–24 November", "29 November – 2 December"),
        ("uk", "23–24 листопада", "29 листопада – 2 грудня"),
        ("ru", "23–24 ноября", "29 ноября – 2 декабря"),
        ("ro", "23–24 noiembrie", "29 noiembrie – 2 decembrie"),
    ],
)
def test_a_span_of_days_has_its_months_in_full(language, within, across):
    assert showing.days_between(date(2026, 11, 23), date(2026, 11, 24), language) == within
    assert showing.days_between(date(2026, 11, 29), date(2026, 12, 2), language) == across
    assert showing.days_between(date(2026, 11, 24), date(2026, 11, 24), language) == within.partition("–")[2]
