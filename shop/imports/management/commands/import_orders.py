from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shop.imports import history
from shop.imports.report import CannotImport

SHOWN = 40


class Command(BaseCommand):
    help = (
        "Bring the orders of an old shop in as history, from a CSV with a row for each line of an order. "
        "All of the file or nothing; the same file twice changes nothing. shop/imports/README.md has the columns."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
        parser.add_argument("--currency", default="", help="currency of the prices; default: the shop's own")
        parser.add_argument("--encoding", default="", help="encoding of the file, if it is not recognised")
        parser.add_argument("--leave-out-bad", action="store_true", help="import the rest when some rows have errors")

    def handle(self, *args: Any, **options: Any) -> None:
        request = history.Request(
            options["file"], options["dry_run"], options["currency"].upper(), options["encoding"], options["leave_out_bad"]
        )
        try:
            report = history.bring_in(request)
        except CannotImport as error:
            raise CommandError(str(error)) from None
        for remark in report.remarks[:SHOWN]:
            self.stdout.write(str(remark))
        if len(report.remarks) > SHOWN:
            self.stdout.write(f"… and {len(report.remarks) - SHOWN} more")
        self.stdout.write("; ".join(f"{kind}: {count}" for kind, count in report.counts.items() if count))
        if report.errors and not report.is_applied:
            raise CommandError(f"{len(report.errors)} errors; nothing was imported.")
        self.stdout.write(self.style.SUCCESS("Imported." if report.is_applied else "Dry run: nothing was changed."))
