"""What our shop needs beyond the common catalogue: its search index and a way to deliver and to pay."""

from decimal import Decimal

import django


def main() -> None:
    """Index the products and open one delivery method for the United Kingdom."""
    django.setup()
    from django.core.management import call_command
    from shop.shipping.models import Method  # noqa: F401  see the shop's own admin for what a merchant fills in

    call_command("rebuild_search", verbosity=0)
    _open_delivery(Decimal("3.90"))


def _open_delivery(price: Decimal) -> None:
    raise NotImplementedError


if __name__ == "__main__":
    main()
