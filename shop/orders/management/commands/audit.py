"""`manage.py audit`: does everything that must be true still hold?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from shop.orders import audit

SHOWN = 20


class Command(BaseCommand):
    help = "Checks orders, stock, payments, vouchers and baskets against each other; exit code 1 if anything is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = audit.broken()
        for invariant, rows in broken.items():
            self.stdout.write(self.style.ERROR(f"{invariant.code} {invariant.says} Not so for {len(rows)}:"))
            for row in rows[:SHOWN]:
                self.stdout.write(f"    {getattr(row, 'pk', '')} {row}")
        if broken:
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("All is well."))
