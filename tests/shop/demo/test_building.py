"""Building Teapot Lane: the same seed builds the same shop, and no shop of anybody's own is touched."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from PIL import Image

from shop.customers.models import Customer, User
from shop.demo import building, source
from shop.events.models import Event
from shop.forks.catalogue.models import Product, ProductImage
from shop.forks.order.models import Line, Order
from shop.forks.reviews.models import ProductReview
from tests import make

TODAY = date(2026, 11, 22)
SMALL = 0.01

pytestmark = pytest.mark.django_db


def build(seed: int = 1, **options: object) -> None:
    connection.check_constraints()  # a test is one transaction; tables with unchecked rows cannot be emptied
    building.build(building.Plan(today=TODAY, seed=seed, scale=SMALL, with_pictures=False), lambda text: None, **options)


def digest() -> list[tuple[object, ...]]:
    """What a visitor could tell apart, without the ids that the database hands out."""
    orders = Order.objects.order_by("number").values_list(
        "number", "token", "total_incl_tax", "status", "date_placed", "paid_at", "customer__email", "shipping_code"
    )
    lines = Line.objects.order_by("order__number", "partner_sku").values_list(
        "order__number", "partner_sku", "quantity", "line_price_incl_tax"
    )
    people = Customer.objects.order_by("email").values_list("uid", "email", "first_name", "birth_day", "created_at")
    reviews = ProductReview.objects.order_by("product__slug", "date_created").values_list(
        "product__slug", "title", "date_created"
    )
    log = Event.objects.order_by("happened_at", "kind", "customer__email").values_list("kind", "happened_at", "customer__email")
    return [tuple(rows) for rows in (orders, lines, people, reviews, log)]


def test_the_same_seed_builds_the_same_shop_and_another_seed_another() -> None:
    build(again=True)  # numbers begin at 1: who is held out of a newsletter goes by its number
    first = digest()
    build(again=True)
    assert digest() == first
    build(seed=2, again=True)
    assert digest() != first


def test_a_shop_with_goods_of_its_own_is_left_alone() -> None:
    make.product("My own tea")
    with pytest.raises(CommandError, match="products or orders of its own"):
        call_command("demo", stdout=StringIO())
    assert Product.objects.count() == 1


@override_settings(DEMO=False, DEBUG=False, TESTING=False)
def test_a_shop_in_production_gets_no_known_passwords() -> None:
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo", stdout=StringIO())
    assert not User.objects.exists()


def test_pictures_hang_at_their_products(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(source, "PICTURES", _few_pictures(tmp_path))
    building.build(building.Plan(today=TODAY, scale=SMALL), lambda text: None)
    image = ProductImage.objects.get()
    assert image.product.slug == "assam-golden-tips" and image.renditions["sources"]


def _few_pictures(folder: Path) -> Path:
    Image.new("RGB", (700, 700), "#6B2A1E").save(folder / "assam-golden-tips.webp")
    return folder
