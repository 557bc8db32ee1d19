from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Segment
from shop.desk import promotion
from shop.forks.offer.models import Benefit, Condition, ConditionalOffer
from shop.forks.voucher.models import Voucher
from shop.payments import settlement
from shop.pricing import offers
from tests import make
from tests.loyalty import make as have
from tests.shop.desk import typing

pytestmark = pytest.mark.django_db
ADD = "/admin/offer/conditionaloffer/add/"


@pytest.fixture
def marketer() -> Client:
    client = Client()
    client.force_login(make.staff("marketer"))
    return client


def write(marketer: Client, **typed: object) -> ConditionalOffer:
    response = typing.send(marketer, ADD, "conditionaloffer_form", **{"name_en": "Tea week", "state": "on", **typed})
    assert response.status_code == 302, typing.complaints(response)
    return ConditionalOffer.objects.order_by("pk").last()


def taken_off(basket, *vouchers: Voucher) -> Decimal:
    """What the offers of the shop take off a basket's goods."""
    from shop.forks.basket.models import Basket
    from shop.forks.partner.strategy import Selector

    fresh = Basket.objects.get(pk=basket.pk)
    fresh.strategy = Selector().strategy()
    return sum((one.amount for one in offers.applied_to(fresh, vouchers, None)), Decimal(0))


def test_per_cent_off_a_category_counts_for_what_is_in_it_or_below(marketer):
    tea = make.category("Tea")
    assam = make.product("Assam", price="10.00", in_category=make.category("Black", parent=tea))
    soap = make.product("Soap", price="10.00", in_category=make.category("Soap"))
    write(marketer, kind="percent", value="20", categories=[tea.pk])
    assert taken_off(make.basket(assam, soap)) == Decimal("2.00")


def test_an_amount_is_taken_off_once_from_the_sum_that_it_needs(marketer):
    offer = write(marketer, kind="amount", value="5", minimum="30")
    assam = make.product(price="10.00")
    assert taken_off(make.basket(assam, quantity=2)) == 0
    assert taken_off(make.basket(assam, quantity=9)) == Decimal("5.00")
    assert promotion.read(offer).minimum == 30


def test_a_code_opens_an_offer(marketer):
    write(marketer, kind="percent", value="10", code="tea-10", usage=Voucher.ONCE_PER_CUSTOMER, max_uses="7")
    voucher = Voucher.objects.get(code="TEA-10")
    assert (voucher.usage, voucher.max_uses, voucher.is_active()) == (Voucher.ONCE_PER_CUSTOMER, 7, True)
    basket = make.basket(make.product(price="10.00"))
    assert taken_off(basket) == 0
    assert taken_off(basket, voucher) == Decimal("1.00")


def test_an_offer_that_is_opened_and_saved_stays_what_it_was(marketer):
    offer = write(marketer, kind="free_delivery", code="SHIP")
    before = promotion.read(offer)
    page = reverse("admin:offer_conditionaloffer_change", args=[offer.pk])
    assert typing.send(marketer, page, "conditionaloffer_form").status_code == 302
    offer = ConditionalOffer.objects.get(pk=offer.pk)
    assert promotion.read(offer) == before
    assert (Condition.objects.count(), Benefit.objects.count(), Voucher.objects.count()) == (1, 1, 1)


def test_switched_off_means_off(marketer):
    offer = write(marketer, kind="percent", value="10")
    basket = make.basket(make.product(price="10.00"))
    assert taken_off(basket) == Decimal("1.00")
    page = reverse("admin:offer_conditionaloffer_change", args=[offer.pk])
    typing.send(marketer, page, "conditionaloffer_form", state="paused", _confirmed="1")
    assert taken_off(basket) == 0


def test_everything_is_one_range_however_many_offers_use_it(marketer):
    first = write(marketer, kind="percent", value="10")
    second = write(marketer, kind="percent", value="5", name_en="Second")
    assert first.condition.range == second.condition.range


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"kind": "percent", "value": "101"}, "At most 100"),
        ({"kind": "percent", "value": ""}, "How much"),
        ({"kind": "amount", "value": "-3"}, "greater than or equal to 0"),
        ({"kind": "percent", "value": "10", "code": "two words"}, "Letters, digits"),
        ({"kind": "percent", "value": "10", "code": "tea5"}, "Another offer has this code"),
        ({"kind": "percent", "value": "10", "name_en": ""}, "Needed in the language"),
        ({"kind": "percent", "value": "10", "categories": ["77777"]}, "valid choice"),
        ({"kind": "magic", "value": "10"}, "valid choice"),
    ],
)
def test_nonsense_gets_a_clear_message(marketer, typed, complaint):
    make.voucher("TEA5")
    response = typing.send(marketer, ADD, "conditionaloffer_form", **{"name_en": "Tea week", **typed})
    assert complaint in typing.complaints(response)
    assert ConditionalOffer.objects.count() == 1


def test_an_end_before_the_beginning_is_refused(marketer):
    now = timezone.localtime()
    days = {
        "start_datetime_0": str(now.date()), "start_datetime_1": "10:00:00",
        "end_datetime_0": str(now.date() - timedelta(days=1)), "end_datetime_1": "10:00:00",
    }  # fmt: skip
    response = typing.send(marketer, ADD, "conditionaloffer_form", name_en="x", kind="percent", value="1", **days)
    assert "later than start" in typing.complaints(response)


def test_a_used_code_and_a_used_offer_stay_in_the_books(marketer):
    voucher = make.voucher("TEA5")
    order = make.order(filled=make.basket(make.product(price="20.00"), vouchers=(voucher,)))
    assert order.discounts.exists()
    offer = voucher.offers.get()
    page = reverse("admin:offer_conditionaloffer_change", args=[offer.pk])
    response = typing.send(marketer, page, "conditionaloffer_form", code="OTHER")
    assert "stays as it is" in typing.complaints(response)
    assert marketer.post(reverse("admin:offer_conditionaloffer_delete", args=[offer.pk])).status_code == 403


def test_rules_beyond_this_form_are_left_alone(marketer):
    offer = make.offer("Three for two", percent="100")
    Benefit.objects.filter(pk=offer.benefit_id).update(type=Benefit.MULTIBUY, value=None)
    page = reverse("admin:offer_conditionaloffer_change", args=[offer.pk])
    assert "kind" not in typing.shown(marketer, page, "conditionaloffer_form")
    assert typing.send(marketer, page, "conditionaloffer_form", name_en="3 for 2").status_code == 302
    offer = ConditionalOffer.objects.get(pk=offer.pk)
    assert (offer.name, offer.benefit.type) == ("3 for 2", Benefit.MULTIBUY)


def test_the_list_costs_the_same_for_any_number_of_offers(marketer, costs_the_same):
    number = iter(range(100))
    costs_the_same(
        show=lambda: marketer.get("/admin/offer/conditionaloffer/"),
        add_row=lambda: make.voucher(f"CODE{next(number)}"),
    )


def test_the_list_costs_the_same_for_any_number_of_groups(marketer, costs_the_same):
    how_many, number = iter([2, 9, 9]), count()

    def add_rows():
        for at in range(next(how_many)):
            row = next(number)
            group = have.tier(f"T{row}", str(100 + row)) if at % 2 else Segment.objects.create(name=f"S{row}")
            make.offer(f"Offer {row}", percent="5", audience=f"{group._meta.model_name}:{group.pk}")

    costs_the_same(show=lambda: marketer.get("/admin/offer/conditionaloffer/"), add_row=add_rows)
    page = marketer.get("/admin/offer/conditionaloffer/").content.decode()
    assert page.count("Segment: S") == 11
    assert page.count("From this tier on: T") == 9


def test_one_whose_code_an_order_had_stays_though_the_order_was_given_up(marketer):
    offer = write(marketer, kind="percent", value="10", code="TEA10")
    make.delivery()
    voucher = offer.vouchers.get()
    settlement.give_up(make.order(filled=make.basket(make.product(price="10.00"), vouchers=(voucher,))))
    offer.refresh_from_db()
    assert not offer.num_orders
    answer = marketer.post(f"/admin/offer/conditionaloffer/{offer.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 403
