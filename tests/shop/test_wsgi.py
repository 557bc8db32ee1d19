"""What a web process has loaded before its first request, and that it starts while the engines are away."""

import os
import subprocess
import sys

from tests.shop.test_settings import PRODUCTION

# Looked at from outside: this process has long loaded everything.
LOOK = """
import sys
import shop.wsgi
before = set(sys.modules)
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from shop.celery import app
for code, _ in settings.LANGUAGES:
    with override(code):
        reverse("checkout:index")
try:
    app.send_task("nobody.knows", retry=False)
except Exception as error:
    print(type(error).__name__)
print(sorted(name for name in set(sys.modules) - before if name.startswith(("celery", "kombu", "shop", "redis"))))
"""


def test_the_first_buyer_of_a_process_waits_for_nothing_to_be_loaded():
    env = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
    run = [sys.executable, "-W", "ignore", "-c", LOOK]
    done = subprocess.run(run, env=env | PRODUCTION, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["OperationalError", "[]"], done.stderr
