"""Products as lines of a basket, an order or a mail."""

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
