from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shop.imports import catalogue
from shop.imports.report import CannotImport, Level, Report

SHOWN = 40


class Command(BaseCommand):
    help = (
        "Bring products into the shop from a product export of Shopify or WooCommerce, a plain CSV, or a JSON list. "
        "All of the file or nothing; the same file twice changes nothing. shop/imports/README.md has the columns."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--pictures", type=Path, help="folder with the pictures; default: “pictures” or “images” beside the file"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--language", default="", help="language of the texts; default: the shop's own")
        parser.add_argument("--currency", default="", help="currency of the prices; default: the shop's own")
        parser.add_argument("--encoding", default="", help="encoding of the file, if it is not recognised")
        parser.add_argument("--leave-out-bad", action="store_true", help="import the rest when some products have errors")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = catalogue.bring_in(
                catalogue.Request(
                    file=options["file"],
                    pictures=options["pictures"],
                    is_dry=options["dry_run"],
                    language=options["language"],
                    currency=options["currency"],
                    encoding=options["encoding"],
                    leaves_out_bad=options["leave_out_bad"],
                )
            )
        except CannotImport as error:
            raise CommandError(str(error)) from None
        self._tell(report, everything=options["verbosity"] > 1)
        if report.errors and not report.is_applied:
            count = len(report.errors)
            raise CommandError(
                f"{count} errors; nothing was imported. Put them right, or leave those out with --leave-out-bad."
            )
        self.stdout.write(self.style.SUCCESS("Imported." if report.is_applied else "Dry run: nothing was changed."))

    def _tell(self, report: Report, everything: bool) -> None:
        self.stdout.write(f"Format: {report.format}")
        styles = {Level.ERROR: self.style.ERROR, Level.SKIPPED: self.style.WARNING, Level.NOTE: self.style.NOTICE}
        self._list([styles[remark.level](str(remark)) for remark in report.remarks], everything)
        self._list(report.changes, everything)
        self.stdout.write("; ".join(f"{kind}: {count}" for kind, count in report.counts.items()) or "Nothing to change.")

    def _list(self, lines: list[str], everything: bool) -> None:
        shown = lines if everything else lines[:SHOWN]
        for line in shown:
            self.stdout.write(line)
        if len(shown) < len(lines):
            self.stdout.write(f"… and {len(lines) - len(shown)} more (--verbosity 2 shows all)")
