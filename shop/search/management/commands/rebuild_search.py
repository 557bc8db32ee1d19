from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand

from shop.search import index


class Command(BaseCommand):
    help = "Build the listings and the search index anew."

    def handle(self, *args: Any, **options: Any) -> None:
        started = monotonic()
        count = index.rebuild()
        self.stdout.write(f"{count} products listed in {monotonic() - started:.1f} s")
