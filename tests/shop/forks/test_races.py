"""The points of the race tests do nothing where nobody tests."""

import os
import subprocess
import sys

import pytest

from shop.forks import races


@pytest.fixture(autouse=True)
def everything_switched():
    races.on_point["here"], reached = lambda: reached.append("here"), []
    races.guards_off.add("stock")
    yield reached
    races.on_point.clear()
    races.guards_off.clear()


def test_in_production_no_point_acts_and_every_guard_is_on(settings, everything_switched):
    races.racepoint("here")
    assert (everything_switched, races.is_guarded("stock")) == (["here"], False)
    settings.TESTING = False
    races.racepoint("here")
    assert (everything_switched, races.is_guarded("stock")) == (["here"], True)


@pytest.mark.parametrize(("testing", "code"), [("1", 9), ("0", 0)])
def test_a_process_dies_at_the_point_its_environment_names_only_in_tests(testing, code):
    program = "import django; django.setup()\nfrom shop.forks.races import racepoint\nracepoint('here')"
    environment = {**os.environ, "RACE_EXIT_AT": "here", "TESTING": testing, "DJANGO_SETTINGS_MODULE": "shop.settings"}
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", program], env=environment, check=False).returncode == code
