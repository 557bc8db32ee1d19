"""A small Teapot Lane: its figures agree with one another, and the same seed builds the same shop."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from shop.content.models import Block, Page, Shop
from shop.customers.models import Consent, Customer, User
from shop.demo import building, source
from shop.events.models import Delivery, Event
from shop.forks.catalogue.models import Category, Product
from shop.forks.order.models import Line, Order
from shop.forks.partner.models import StockRecord
from shop.forks.reviews.models import ProductReview
from shop.forks.voucher.models import Voucher
from shop.orders import audit, statuses
from shop.payments.models import PaymentAttempt, Refund, TestCharge

TODAY = date(2026, 11, 22)
PLAN = building.Plan(today=TODAY, scale=0.06, with_pictures=False)

pytestmark = pytest.mark.django_db


def build(plan: building.Plan = PLAN, **options: object) -> None:
    building.build(plan, lambda text: None, **options)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The shop, built once for all tests of this module and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        build()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def shop(built: None, db: None) -> None:
    cache.clear()


def test_the_books_balance(shop: None) -> None:
    assert audit.broken() == {}
    captured = PaymentAttempt.objects.filter(state="captured").aggregate(paid=Sum("amount"), back=Sum("refunded"))
    orders = Order.objects.exclude(paid_at=None).aggregate(paid=Sum(F("total_incl_tax") - F("credit_total")))["paid"]
    assert captured["paid"] == orders  # the rest was paid with points
    assert captured["back"] == Refund.objects.aggregate(all=Sum("amount"))["all"]
    on_card = PaymentAttempt.objects.filter(provider="test", state="captured").aggregate(left=Sum(F("amount") - F("refunded")))
    assert TestCharge.objects.aggregate(left=Sum("amount"))["left"] == on_card["left"]


def test_the_log_tells_of_every_order(shop: None) -> None:
    kinds = Counter(Event.objects.values_list("kind", flat=True))
    assert kinds["order.placed"] == Order.objects.count()
    assert kinds["order.paid"] == Order.objects.exclude(paid_at=None).count()
    assert kinds["order.cancelled"] == Order.objects.filter(status=statuses.CANCELLED).count()
    assert kinds["order.refunded"] == Refund.objects.count() > 0
    assert kinds["customer.registered"] == Customer.objects.exclude(user=None).count()
    assert kinds["review.written"] == ProductReview.objects.count() > 0
    assert not Delivery.objects.exists()
    assert not Event.objects.filter(customer=None).exists()


def test_an_orders_history_ends_where_it_stands(shop: None) -> None:
    for order in Order.objects.prefetch_related("status_changes")[:200]:
        changes = sorted(order.status_changes.all(), key=lambda change: change.pk)
        assert changes[0].old_status == "" and changes[-1].new_status == order.status
        for before, after in pairwise(changes):
            assert after.old_status == before.new_status and after.new_status in statuses.NEXT[before.new_status]
            assert after.date_created >= before.date_created


def test_nothing_lies_in_the_future_or_before_the_shop_knew_the_person(shop: None) -> None:
    end = timezone.make_aware(timezone.datetime(TODAY.year, TODAY.month, TODAY.day))
    assert not Event.objects.filter(happened_at__gt=end).exists()
    assert not Order.objects.filter(date_placed__lt=F("customer__created_at")).exists()
    assert not Order.objects.filter(user__isnull=False, date_placed__lt=F("user__date_joined")).exists()
    assert not Line.objects.filter(order__date_placed__lt=F("product__date_created")).exists()
    assert not ProductReview.objects.filter(
        Q(date_created__gt=end) | Q(date_created__lt=F("order_line__order__date_placed"))
    ).exists()


def test_open_orders_hold_stock_and_what_is_for_sale_is_as_written(shop: None) -> None:
    held = Order.objects.filter(status__in=statuses.TO_SHIP + statuses.UNPAID)
    assert StockRecord.objects.aggregate(all=Sum("num_allocated"))["all"] == (
        Line.objects.filter(order__in=held).aggregate(all=Sum(F("quantity") - F("quantity_shipped")))["all"] or 0
    )
    for product, _file in source.products():
        for form in source.forms_of(product):
            assert StockRecord.objects.get(partner_sku=form["sku"]).net_stock_level == form["stock"]


def test_people_have_habits(shop: None) -> None:
    orders = Counter(Order.objects.values_list("customer", flat=True))
    assert sum(1 for count in orders.values() if count == 1) > len(orders) * 0.35
    assert max(orders.values()) >= 8
    assert Order.objects.filter(user=None).exists() and Order.objects.filter(user__isnull=False).exists()
    assert Order.objects.values("shipping_address__country").distinct().count() >= 4
    halves = [Order.objects.filter(date_placed__date__lt=TODAY - timedelta(days=365)).count()]
    assert Order.objects.count() - halves[0] > 1.3 * halves[0]
    again = (
        Line.objects.values("order__customer", "product").annotate(orders=Count("order", distinct=True)).filter(orders__gte=3)
    )
    assert again.exists(), "somebody has a favourite"


def test_reviews_are_by_buyers_and_counted(shop: None) -> None:
    assert not ProductReview.objects.exclude(order_line__order__customer=F("customer")).exists()
    approved = ProductReview.objects.approved().values("product").annotate(count=Count("pk"))
    counts = {row["product"]: row["count"] for row in approved}
    assert dict(Product.objects.filter(review_count__gt=0).values_list("pk", "review_count")) == counts
    for review in ProductReview.objects.select_related("product"):
        fits = {form for product, file in source.products() if product["slug"] == review.product.slug
                for form in (product["slug"], product["subcategory"], file["category"]["slug"])}  # fmt: skip
        texts = [text for text in source.read("reviews.toml")["review"] if text["body"] == review.body]
        assert fits & set(texts[0]["fits"])


def test_vouchers_and_consents_are_as_the_shop_would_write_them(shop: None) -> None:
    voucher = Voucher.objects.get(owner=None)
    standing = voucher.applications.standing()
    assert voucher.num_orders == standing.count()
    assert voucher.total_discount == (standing.aggregate(all=Sum("amount"))["all"] or 0)
    confirmed = Consent.objects.filter(is_given=True).exclude(confirmed_at=None)
    assert confirmed.exists() and not confirmed.filter(customer__email_confirmed_at=None).exists()


def test_the_catalogue_speaks_four_languages(shop: None) -> None:
    wanted = len(source.products())
    assert Product.objects.exclude(structure="child").count() == wanted
    for field in ("title", "summary", "description"):
        for language in source.LANGUAGES:
            assert not Product.objects.exclude(structure="child").filter(**{f"{field}_{language}": ""}).exists()
    assert not Product.objects.exclude(structure="child").filter(categories=None).exists()
    assert Category.find_problems() == ([], [], [], [], [])
    assert Shop.objects.get().name == "Teapot Lane" and Page.objects.count() >= 5 and Block.objects.count() >= 8


@pytest.mark.parametrize("language", ["", "uk/"])
def test_the_shop_opens(shop: None, client: Client, language: str) -> None:
    category = Category.objects.get(code="tea")
    tea = Product.objects.get(slug="assam-golden-tips", parent=None)
    for page in ("", "search/?q=assam", f"catalogue/category/tea_{category.pk}/", f"catalogue/{tea.slug}_{tea.pk}/"):
        assert client.get(f"/{language}{page}", follow=True).status_code == 200, page


@pytest.mark.parametrize("login", ["owner", "merchant", "marketer", "support", "ioana", "olena"])
def test_the_logins_work(shop: None, client: Client, login: str) -> None:
    credentials = {"login": f"{login}@teapotlane.example", "password": "teapot-lane"}
    client.post(reverse("account_login"), credentials)
    assert client.session.get("_auth_user_id"), login
    user = User.objects.get(email=credentials["login"])
    if user.is_staff:
        assert client.get("/admin/", follow=True).status_code == 200
    else:
        assert client.get(reverse("customer:order-list")).status_code == 200 and Order.objects.filter(user=user).exists()
    assert not User.objects.exclude(email__endswith="@teapotlane.example").filter(is_staff=True).exists()


def test_a_second_demo_does_nothing(shop: None) -> None:
    before = Event.objects.count(), Order.objects.count()
    printed = StringIO()
    call_command("demo", stdout=printed)
    assert "there already" in printed.getvalue() and before == (Event.objects.count(), Order.objects.count())
