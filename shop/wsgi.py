"""What gunicorn serves."""

import gc
import os
from operator import attrgetter

from django.conf import settings
from django.core.validators import validate_email
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils.translation import override

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_wsgi_application()

from shop.celery import app as celery_app  # noqa: E402  tasks rung from requests need the configured broker

# What the first visitor and the first buyer of each process would wait for, a quarter of a second: addresses and texts
# of each language, a slow pattern, and the way to the broker. None of it opens a connection.
for code, _ in settings.LANGUAGES:
    with override(code):
        reverse("checkout:index")
validate_email("somebody@example.com")
for loaded in ("Task", "amqp.Producer", "backend", "events.Dispatcher", "pool.connection.transport_cls"):
    attrgetter(loaded)(celery_app)

# What is loaded stays: to look through it for garbage again and again is a fifteenth of a request's work.
gc.collect()
gc.freeze()
