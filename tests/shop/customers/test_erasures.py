"""A restored backup does not bring back whom the shop has forgotten."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from shop.customers import erasures, merging, privacy
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
    restore_with(customer, "ana@example.com")


def restore_with(customer, email):
    Customer.objects.filter(pk=customer.pk).update(
        email=email, uid=customer.uid, first_name="Ana", erased_at=None, merged_into=None
    )


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


def test_who_had_another_address_in_the_backup_is_found_by_their_row(file):
    ana = make.customer("ana.maria@example.com")
    privacy.erase(ana)
    restore_with(ana, "ana@example.com")
    assert "1 had come back" in replay(file)


def test_who_were_two_people_in_the_backup_are_both_forgotten(file):
    ana, guest = make.customer("ana@example.com"), make.customer("a.guest@example.com")
    privacy.erase(merging.merge(ana, guest))
    restore_with(ana, "ana@example.com")
    restore_with(guest, "a.guest@example.com")
    assert "2 had come back" in replay(file)


def test_a_log_of_addresses_only_is_still_read(file):
    make.customer("ana@example.com")
    file.parent.mkdir()
    later = (timezone.now() + timedelta(minutes=1)).isoformat()
    file.write_text(json.dumps({"at": later, "who": erasures.marks_of("ana@example.com")[0]}))
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
