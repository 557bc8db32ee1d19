"""What our shop needs beyond the common catalogue: its search index, a home page as full as a list, a way to deliver."""

from decimal import Decimal

import django


def main() -> None:
    """Index the products, fill the home page with twenty of them, open one delivery method for the United Kingdom."""
    django.setup()
    from django.core.management import call_command

    from shop.content.models import Block, Pick
    from shop.forks.catalogue.models import Product
    from shop.shipping.models import Method

    method = Method.objects.create(code="post", name="Royal post", countries=["GB"])
    method.bands.create(price=Decimal("3.90"))
    call_command("rebuild_search", verbosity=0)
    for position, kind in enumerate(("best_sellers", "new", "picks", "picks", "picks")):
        block = Block.objects.create(kind=kind, title=kind.title(), position=position)
        chosen = Product.objects.browsable().order_by("pk")[20 * position : 20 * position + 4] if kind == "picks" else []
        Pick.objects.bulk_create(Pick(block=block, product=product, position=at) for at, product in enumerate(chosen))


if __name__ == "__main__":
    main()
