"""The automations that the shop brings along are complete, in all languages, and stay the merchant's."""

import pytest
from django.apps import apps
from django.conf import settings

from campaigns.automations import ready
from campaigns.letters import blocks, lint
from campaigns.models import Automation, Letter
from campaigns.segments import ready as segments
from shop.mail.models import Attention
from shop.search import index
from tests import make

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture(autouse=True)
def there():
    segments.ensure()
    ready.ensure()


def test_all_are_there_and_ready_to_work():
    made = Automation.objects.all()
    assert {one.code for one in made} == {one.code for one in ready.ALL}
    assert all(one.working for one in made)


def test_those_that_pages_promise_are_on_and_what_costs_money_waits_for_the_merchant():
    """Who asks to hear when something is back, or to be reminded of a basket, does not depend on a button in the admin."""
    assert set(Automation.objects.filter(is_on=True).values_list("code", flat=True)) == {"back", "basket"}


def test_a_new_shop_has_them_from_its_first_day_and_one_that_is_furnished_stays_as_it_is():
    campaigns = apps.get_app_config("campaigns")
    Automation.objects.all().delete()
    Attention.objects.get_or_create()
    campaigns._furnish()
    assert not Automation.objects.exists()
    Attention.objects.all().delete()
    campaigns._furnish()
    assert Automation.objects.count() == len(ready.ALL)


def test_a_second_time_changes_nothing():
    Automation.objects.filter(code="welcome").update(name="Our welcome")
    assert ready.ensure() == 0
    assert Automation.objects.get(code="welcome").name == "Our welcome"


def test_every_letter_is_written_in_every_language():
    for letter in Letter.objects.all():
        assert blocks.languages_of(letter.content, LANGUAGES) == LANGUAGES, letter.name


def test_the_lint_finds_no_fault_in_their_words():
    make.product()
    index.catch_up()
    faults = {
        (letter.name, finding.text)
        for letter in Letter.objects.all()
        for finding in lint.of(letter.content)
        if finding.is_error
    }
    assert not faults
