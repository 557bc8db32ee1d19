"""Every event is documented, and somebody records it."""

import dataclasses
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from shop.events import registry

ROOT = Path(__file__).parents[3]
CLASSES = sorted(registry.event_classes().values(), key=lambda cls: cls.kind)
SOURCES = {
    path: path.read_text()
    for app in ("shop", "loyalty", "campaigns", "feedback", "analytics")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts and path.name != "catalog.py"
}


def test_no_two_events_share_a_kind():
    from shop.events.catalog import Event

    assert len(CLASSES) == len(Event.__subclasses__())


@pytest.mark.parametrize("event_class", CLASSES, ids=lambda cls: cls.kind)
def test_an_event_says_what_it_means(event_class):
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", event_class.kind)
    assert event_class.__doc__ and event_class.__doc__.strip().endswith((".", "?", "!"))
    assert not event_class.__doc__.startswith(event_class.__name__ + "("), "the dataclass wrote its own docstring"
    assert event_class.label
    assert dataclasses.is_dataclass(event_class) and event_class.__dataclass_params__.frozen


@pytest.mark.parametrize("event_class", CLASSES, ids=lambda cls: cls.kind)
def test_an_event_carries_ids_and_amounts_never_names_or_addresses(event_class):
    names = {field.name for field in dataclasses.fields(event_class)}
    assert not names & {"email", "name", "first_name", "last_name", "phone", "address", "ip", "ip_address", "text"}


@pytest.mark.parametrize("event_class", CLASSES, ids=lambda cls: cls.kind)
def test_an_event_is_recorded_where_it_says(event_class):
    """Looks for `OrderPlaced(` in the sources of the app that the event names."""
    call = re.compile(rf"\b{event_class.__name__}\(")
    folder = ROOT.joinpath(*event_class.by.split("."))
    found = [path for path, text in SOURCES.items() if path.is_relative_to(folder) and call.search(text)]
    assert found, f"{event_class.kind} is recorded nowhere in {event_class.by}"


def test_the_command_prints_every_kind_and_its_handlers(capsys):
    call_command("events")
    printed = capsys.readouterr().out
    for event_class in CLASSES:
        assert event_class.kind in printed
        for name in registry.handlers_of(event_class.kind):
            assert name in printed
