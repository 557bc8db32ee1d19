"""Dates as people write and read them."""

from datetime import date, datetime

import pytest
from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

THE_DAY = date(2026, 12, 11)


@pytest.mark.parametrize("written", ["2026-12-11", "11.12.2026", "11/12/2026", "11/12/26"])
def test_in_english_the_day_comes_before_the_month(written):
    with override("en"):
        assert forms.DateField().clean(written) == THE_DAY


@pytest.mark.parametrize("name", ["DATE_FORMAT", "SHORT_DATE_FORMAT"])
def test_what_we_write_in_english_we_can_read(name):
    with override("en"):
        assert forms.DateField().clean(date_format(THE_DAY, name)) == THE_DAY


def test_a_moment_begins_with_its_day():
    with override("en"):
        assert forms.DateTimeField().clean("11/12/2026 09:30") == timezone.make_aware(
            datetime.fromisoformat("2026-12-11T09:30")
        )
