"""What the shop owes in points, from the books."""

from decimal import Decimal

import pytest
from django.urls import reverse

from loyalty import expiry, ledger, liability
from loyalty.models import Account
from tests import make
from tests.loyalty import make as loyal
from tests.loyalty.make import at

pytestmark = pytest.mark.django_db
PAGE = "admin:loyalty_programme_liability"


@pytest.fixture
def history():
    """Two customers: one let 60 of 100 points expire and has 50 new ones, the other's 200 wait."""
    loyal.programme(point_value=Decimal("0.05"), lasts_months=3)
    ana, ben = make.customer(), make.customer()
    loyal.points(ana, 100, now=at("2026-01-10"))
    ledger.hold(ana, 40, cause="order:1", now=at("2026-02-10"))
    ledger.spend_held("order:1", now=at("2026-02-10"))
    ledger.give_back("order:1", 10, because="refund:1", now=at("2026-03-10"))
    expiry.run(at("2026-05-02"))
    loyal.points(ana, 50, now=at("2026-05-10"))
    ledger.adjust(ana, -5, by=None, note="", cause="take:1", now=at("2026-05-11"))
    loyal.points(ben, 200, now=at("2026-05-12"), available_at=at("2026-06-12"))
    ledger.hold(ana, 15, cause="order:2", now=at("2026-05-20"))
    Account.objects.filter(customer=ana).update(tier=loyal.tier())


def test_what_is_out_by_tier_is_what_accounts_have(history):
    plain, gold = liability.by_tier()
    assert (plain.name, plain.pending, plain.available, plain.held) == ("", 200, 0, 0)
    assert (gold.name, gold.pending, gold.available, gold.held) == ("Gold", 0, 30, 15)
    assert (liability.in_all([plain, gold]).points, liability.in_all([plain, gold]).worth) == (245, Decimal("12.25"))


def test_what_can_be_spent_ends_in_months(history):
    assert [(str(one.month), one.points) for one in liability.by_end()] == [("2026-08-01", 30)]


def test_breakage_counts_what_has_ended_alone(history):
    found = liability.breakage(at("2026-06-01"))
    assert (found.expired, found.spent, found.percent) == (70, 30, Decimal(70))
    assert found.expected(200) == Decimal("3.00")
    assert liability.breakage(at("2026-01-11")).percent is None


def test_the_months_lead_to_what_is_out_now(history):
    found = {str(one.month)[:7]: one for one in liability.by_month()}
    assert list(found) == ["2026-05", "2026-03", "2026-02", "2026-01"]
    assert (found["2026-02"].spent, found["2026-03"].spent, found["2026-02"].outstanding) == (40, -10, 60)
    may = found["2026-05"]
    assert (may.issued, may.expired, may.taken_back) == (250, 70, 5)
    assert may.outstanding == liability.in_all(liability.by_tier()).points


def test_the_page_and_its_csv_say_so(admin_client, history):
    page = " ".join(admin_client.get(reverse(PAGE)).content.decode().split())
    assert "€12.25" in page and "Gold" in page and "August 2026" in page
    lines = admin_client.get(reverse(PAGE), {"download": ""}).getvalue().decode().splitlines()
    assert lines[1] == "2026-05-01,250,0,70,5,245,12.25"


def test_the_page_costs_the_same_for_any_number_of_customers(admin_client, history, costs_the_same):
    costs_the_same(show=lambda: admin_client.get(reverse(PAGE)), add_row=lambda: loyal.points(make.customer(), 10))
