import pytest

from loyalty import ledger, referrals
from loyalty.models import Code, Entry
from shop.customers import facts, privacy
from shop.orders import audit
from tests import make
from tests.loyalty import make as loyal

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    loyal.programme()
    ana = make.customer()
    ledger.adjust(ana, 40, by=make.user(), note="Ana's cup broke", cause="goodwill:1")
    referrals.code_of(ana)
    return ana


def test_everything_is_exported(ana):
    held = privacy.export(ana)["points"]
    assert held["balance"]["available"] == 40
    assert held["history"][0]["note"] == "Ana's cup broke"
    assert len(held["codes"]) == 1


def test_words_are_forgotten_and_numbers_stay(ana):
    privacy.erase(ana)
    assert Entry.objects.get().note == ""
    assert not Code.objects.exists()
    assert loyal.pots(ana) == {"available": 40}
    assert not audit.broken()


def test_points_are_facts(ana):
    known = facts.of(ana, ["loyalty_points", "loyalty_pending", "loyalty_tier", "loyalty_expiring_points"])
    assert known == {"loyalty_points": 40, "loyalty_pending": 0, "loyalty_tier": "", "loyalty_expiring_points": 40}
    assert facts.of(make.customer(), ["loyalty_points", "loyalty_tier"]) == {"loyalty_points": 0, "loyalty_tier": ""}
