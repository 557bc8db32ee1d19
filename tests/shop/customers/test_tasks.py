"""What is forgotten by itself."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from shop.customers import tasks

pytestmark = pytest.mark.django_db


def test_sessions_that_have_ended_go_and_others_stay():
    for key, days in (("ended", -1), ("open", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(days=days))
    tasks.forget_old_sessions()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]


def test_the_timetable_knows_it():
    assert tasks.forget_old_sessions.name in {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
