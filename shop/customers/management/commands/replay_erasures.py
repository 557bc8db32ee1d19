"""`manage.py replay_erasures FILE`: after a backup was restored, forget again whom it brought back."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shop.customers import erasures, privacy


class Command(BaseCommand):
    help = "Erases everybody again whom FILE (the erasure log, kept outside of the database) names. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            erased = erasures.read(options["file"].read_text(encoding="utf-8").splitlines())
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        count, left = privacy.erase_again(erased)
        self.stdout.write(self.style.SUCCESS(f"{count} had come back and were erased again."))
        for pk, why in left:
            self.stderr.write(f"Customer {pk} was not: {why}")
        if left:
            sys.exit(1)
