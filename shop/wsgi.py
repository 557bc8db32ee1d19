"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_wsgi_application()

from shop.celery import app as celery_app  # noqa: E402, F401  tasks rung from requests need the configured broker

# What is loaded stays: to look through it for garbage again and again is a fifteenth of a request's work.
gc.collect()
gc.freeze()
