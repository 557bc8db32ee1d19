"""Whose clock is where: browsers say it, people choose it."""

from zoneinfo import ZoneInfo

import pytest

from shop.customers import zones
from shop.customers.models import Customer
from tests import make


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("America/New_York", "America/New_York"),
        ("Europe/Kyiv", "Europe/Kyiv"),
        ("Europe/Kiev", "Europe/Kyiv"),  # as many browsers still say
        ("UTC", ""),  # of browsers that hide where they are
        ("Etc/GMT+5", ""),
        ("Mars/Olympus", ""),
        ("../../etc/passwd", ""),
        ("Europe/Kyiv\0", ""),
        ("x" * 10_000, ""),
        ("", ""),
    ],
)
def test_a_zone_is_one_where_people_live(said, zone):
    assert zones.known(said) == zone


@pytest.mark.parametrize("language", ["en", "uk", "ru", "ro"])
def test_every_choice_is_a_zone_with_a_name_of_its_own(language):
    choices = zones.choices(language)
    assert len(choices) > 350
    assert all(zones.known(zone) == zone and ZoneInfo(zone) for zone, _label in choices)
    assert len({label for _zone, label in choices}) == len(choices)


def test_choices_speak_the_readers_language():
    assert dict(zones.choices("ro"))["Europe/Bucharest"] == "România"
    assert dict(zones.choices("uk"))["America/New_York"] == "Сполучені Штати: Нью-Йорк"


@pytest.mark.django_db
def test_what_is_known_is_not_overwritten():
    ana = make.customer("ana@example.com")
    zones.fill_in(ana, "nonsense")
    zones.fill_in(ana, "Europe/Bucharest")
    zones.fill_in(ana, "Asia/Tokyo")
    assert Customer.objects.get(pk=ana.pk).time_zone == "Europe/Bucharest"
