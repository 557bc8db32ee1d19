"""A restored backup does not bring back whom the shop has forgotten."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from shop.customers import privacy
from shop.customers.models import Customer
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(settings, tmp_path):
    settings.ERASURE_LOG = tmp_path / "kept" / "erasures.jsonl"
    return settings.ERASURE_LOG


def replay(file):
    out = StringIO()
    call_command("replay_erasures", str(file), stdout=out)
    return out.getvalue()


def restore(customer):
    """The row as a backup of yesterday has it."""
    Customer.objects.filter(pk=customer.pk).update(email="ana@example.com", first_name="Ana", erased_at=None)


def test_who_was_erased_is_erased_again_and_nobody_else(file):
    ana, ben = make.customer("ana@example.com"), make.customer("ben@example.com")
    privacy.erase(ana)
    restore(ana)
    assert "1 had come back" in replay(file)
    ana.refresh_from_db(), ben.refresh_from_db()
    assert ana.erased_at and not ana.email and not ana.first_name
    assert ben.email == "ben@example.com"
    assert "0 had come back" in replay(file)


def test_the_file_names_nobody_and_is_only_added_to(file):
    for name in ("ana", "ben"):
        privacy.erase(make.customer(f"{name}@example.com"))
    written = file.read_text()
    assert len(written.splitlines()) == 2 and "example" not in written and "ana" not in written
    assert file.stat().st_mode & 0o077 == 0, "others may read it"


def test_somebody_who_came_back_of_their_own_accord_stays(file):
    privacy.erase(make.customer("ana@example.com"))
    again = make.customer("ana@example.com")
    Customer.objects.filter(pk=again.pk).update(created_at=timezone.now() + timedelta(minutes=5))
    assert "0 had come back" in replay(file)


def test_a_key_that_was_replaced_still_finds_them(file, settings):
    ana = make.customer("ana@example.com")
    privacy.erase(ana)
    restore(ana)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [settings.SECRET_KEY]
    assert "1 had come back" in replay(file)


@pytest.mark.parametrize("text", ["ana@example.com", '{"who": 1}', "[1]", '{"at": "yesterday", "who": "x"}'])
def test_another_file_is_refused_with_its_line(file, tmp_path, text):
    wrong = tmp_path / "wrong"
    wrong.write_text(text)
    with pytest.raises(CommandError, match="Line 1"):
        replay(wrong)
    with pytest.raises(CommandError):
        replay(tmp_path / "missing")


def test_without_the_log_nobody_is_erased(file):
    """Else the shop would say "forgotten", and a backup would know better."""
    file.parent.mkdir()
    file.mkdir()
    ana = make.customer("ana@example.com")
    with pytest.raises(OSError):
        privacy.erase(ana)
    ana.refresh_from_db()
    assert ana.erased_at is None and ana.email == "ana@example.com"
