"""Vouchers of one person."""

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from shop.customers import merging, privacy
from shop.forks.offer.models import ConditionalOffer
from shop.forks.races import guards_off
from shop.forks.voucher.models import Voucher
from shop.orders import audit, placing, quotes
from shop.pricing import personal
from shop.storefront import vouchers
from tests import make

pytestmark = pytest.mark.django_db


def gift(owner, **fields):
    given = {"kind": personal.AMOUNT, "value": 5, "days": 30, "cause": f"test:{owner.pk}", "name": "With our thanks"}
    return personal.issue(owner, **{**given, **fields})


def placed(voucher, **typed):
    if not make.Method.objects.exists():
        make.delivery()
    filled = make.basket(make.product(price="20.00"), vouchers=(voucher,))
    return placing.place(filled.pk, details=make.details(**typed), user=None, seen_total=None)


@pytest.mark.parametrize(
    ("kind", "value", "total"), [("percent", 10, "18.00"), ("amount", 5, "15.00"), ("free_shipping", 0, "20.00")]
)
def test_it_takes_off_what_it_says(kind, value, total):
    make.delivery("4.90")
    voucher = gift(make.customer(), kind=kind, value=value)
    quote = quotes.quote(make.basket(make.product(price="20.00"), vouchers=(voucher,)), country="RO")
    assert quote.total - quote.shipping == Decimal(total)
    assert quote.shipping == (0 if kind == "free_shipping" else Decimal("4.90"))


def test_it_needs_the_sum_that_it_names():
    make.delivery()
    voucher = gift(make.customer(), min_total=Decimal(30))
    quote = quotes.quote(make.basket(make.product(price="20.00"), vouchers=(voucher,)), country="RO")
    assert quote.discount_total == 0


def test_the_same_cause_gives_the_same_voucher():
    ana = make.customer()
    assert gift(ana) == gift(ana)
    assert ana.personal_vouchers.count() == 1


def test_a_guest_uses_it_with_the_address_it_was_given_to_and_once():
    ana = make.customer("ana@example.com")
    voucher = gift(ana)
    assert placed(voucher, email="Ana@Example.com").total_incl_tax == Decimal("19.90")
    with pytest.raises(placing.VoucherNotValid):
        placed(voucher, email="ana@example.com")


def test_nobody_else_can_use_it_and_is_told_so():
    voucher = gift(make.customer())
    with pytest.raises(placing.NotYourVoucher, match="belongs to somebody else"):
        placed(voucher, email="eve@example.com")
    assert not voucher.applications.exists()


def test_without_its_guard_a_strangers_order_breaks_the_audit():
    voucher = gift(make.customer())
    guards_off.add("voucher")
    try:
        placed(voucher, email="eve@example.com")
    finally:
        guards_off.discard("voucher")
    assert [one.says for one in audit.broken() if "belongs to a person" in one.says]


def test_another_account_is_told_when_it_types_the_code():
    voucher, eve = gift(make.customer()), make.user()
    with pytest.raises(vouchers.BelongsToSomebodyElse):
        vouchers.add(make.basket(make.product(), owner=eve), voucher.code, eve)


def test_the_owners_account_and_a_guest_may_type_the_code():
    ben = make.user()
    voucher = gift(make.customer(ben.email))
    for user in (ben, None):
        filled = make.basket(make.product(), owner=user)
        assert voucher.is_for(None, user)
        assert quotes.quote(filled, country="RO", vouchers=[voucher]).refused_vouchers == []


def test_it_is_good_until_the_end_of_its_last_day():
    now = timezone.now()
    voucher = gift(make.customer(), days=3, now=now)
    last = timezone.localtime(voucher.end_datetime)
    assert last.date() == timezone.localdate(now) + timedelta(days=3)
    assert (last.hour, last.minute) == (23, 59)


def test_what_is_given_up_or_used_is_not_offered_any_more():
    ana = make.customer("ana@example.com")
    first, second, third = (gift(ana, cause=cause) for cause in "abc")
    personal.give_up(first)
    placed(second, email="ana@example.com")
    assert personal.of(ana) == [third]


@pytest.mark.parametrize(("kind", "value", "days"), [("percent", 101, 1), ("amount", 0, 1), ("amount", 5, 0), ("cake", 5, 1)])
def test_what_is_no_voucher_is_refused(kind, value, days):
    with pytest.raises(personal.NotAVoucher):
        gift(make.customer(), kind=kind, value=value, days=days)
    assert not Voucher.objects.exists()


def test_a_thousand_gifts_share_an_offer_and_cost_the_same(costs_the_same):
    people = [make.customer()]
    rounds = itertools.count()

    def issue():
        name = next(rounds)
        batch = {f"{name}:{ana.pk}": ana for ana in people}
        personal.issue_all(batch, kind="percent", value=10, days=7, name="Welcome")

    costs_the_same(show=issue, add_row=lambda: people.append(make.customer()))
    assert ConditionalOffer.objects.count() == 1
    assert Voucher.objects.count() == 2 + 2 + 4 + 4  # two rounds for two people, two for four


def test_an_offer_switched_off_by_hand_is_not_given_again():
    ana = make.customer()
    gift(ana)
    ConditionalOffer.objects.update(status=ConditionalOffer.SUSPENDED)
    assert gift(ana, cause="later").offers.get().status == ConditionalOffer.OPEN


def test_it_follows_a_person_whose_rows_are_joined_and_ends_with_the_person():
    ana, also_ana = make.customer(), make.customer()
    voucher = gift(also_ana)
    merging.merge(ana, also_ana)
    assert personal.of(ana) == [voucher]
    assert privacy.export(ana)["vouchers"][0]["code"] == voucher.code
    privacy.erase(ana)
    voucher.refresh_from_db()
    assert not voucher.is_active()


def test_the_account_shows_them_to_its_owner_only(client):
    from shop.customers import accounts

    ben, eve = make.user(), make.user()
    accounts.confirm(ben)
    accounts.confirm(eve)
    voucher = gift(ben.customer)
    for user, sees in ((ben, True), (eve, False)):
        client.force_login(user)
        assert (voucher.code in client.get(reverse("customer:summary")).content.decode()) is sees


def test_staff_find_it_by_its_owner_and_cannot_edit_the_offer_behind_it(client):
    ana = make.customer("ana@example.com")
    voucher = gift(ana)
    client.force_login(make.staff("owner"))
    found = client.get(reverse("admin:voucher_voucher_changelist"), {"q": "ana@example.com"}).content.decode()
    assert voucher.code in found
    offer = voucher.offers.get()
    assert offer.name not in client.get(reverse("admin:offer_conditionaloffer_changelist")).content.decode()
    assert client.get(reverse("admin:offer_conditionaloffer_change", args=[offer.pk])).status_code == 302
