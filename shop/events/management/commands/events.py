"""`manage.py events`: what can happen here, who records it, who hears of it."""

import dataclasses
from typing import Any

from django.core.management.base import BaseCommand

from shop.events import registry


class Command(BaseCommand):
    help = "What can happen here: each kind of event with its fields, who records it and who hears of it."

    def handle(self, *args: Any, **options: Any) -> None:
        for kind, event_class in sorted(registry.event_classes().items()):
            fields = ", ".join(field.name for field in dataclasses.fields(event_class))
            self.stdout.write(f"{self.style.SUCCESS(kind)} ({fields})" if fields else self.style.SUCCESS(kind))
            self.stdout.write(f"    {(event_class.__doc__ or '').strip()}")
            self.stdout.write(f"    recorded by {event_class.by}")
            for name in sorted(registry.handlers_of(kind)) or ["nobody"]:
                self.stdout.write(f"    heard by {name}")
