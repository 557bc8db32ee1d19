import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from shop.demo import building


class Command(BaseCommand):
    help = (
        "Build Teapot Lane, the demo shop: catalogue, pictures, and two years of history. Does nothing where it stands already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="empty the shop and build it anew; everything in it is lost")
        parser.add_argument("--seed", type=int, default=1, help="another number is another history; default: 1")
        parser.add_argument("--scale", type=float, default=1.0, help="of 3,000 people; default: 1")
        parser.add_argument("--today", type=date.fromisoformat, help="the day on which the history ends; default: today")
        parser.add_argument("--without-pictures", action="store_true")
        parser.add_argument("--migrate", action="store_true", help="bring the database up to date first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["migrate"]:
            call_command("migrate", verbosity=0, interactive=False)
        if building.is_built() and not options["again"]:
            self.stdout.write("Teapot Lane is there already. (--again builds it anew.)")
            return
        if not 0.002 <= options["scale"] <= 50:
            raise CommandError("--scale takes a number from 0.002 to 50.")
        self.started = time.monotonic()
        plan = building.Plan(
            today=options["today"] or timezone.localdate(),
            seed=options["seed"],
            scale=options["scale"],
            with_pictures=not options["without_pictures"],
        )
        try:
            building.build(plan, self._say, again=options["again"])
        except building.CannotBuild as error:
            raise CommandError(str(error)) from None
        self._say(self.style.SUCCESS("Teapot Lane is built."))

    def _say(self, text: str) -> None:
        self.stdout.write(f"  {time.monotonic() - self.started:5.1f} s  {text}")
        self.stdout.flush()
