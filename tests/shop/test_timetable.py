"""Beat's timetable names tasks that exist, and the bell rings such."""

import re
from pathlib import Path

from django.conf import settings

from shop.celery import app

ROOT = Path(settings.BASE_DIR)
RUNG = re.compile(r'bell\.ring\(\s*"([\w.]+)"')


def known() -> set[str]:
    app.loader.import_default_modules()
    return set(app.tasks)


def test_every_line_of_the_timetable_is_a_task():
    assert {line["task"] for line in settings.CELERY_BEAT_SCHEDULE.values()} <= known()


def test_every_bell_rings_a_task():
    folders = ("shop", "loyalty", "campaigns", "feedback", "analytics")
    rung = {
        task
        for folder in folders
        for file in (ROOT / folder).rglob("*.py")
        for task in RUNG.findall(file.read_text(encoding="utf-8"))
    }
    assert rung
    assert rung <= known()
