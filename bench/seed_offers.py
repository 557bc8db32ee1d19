"""Live offers in a seeded shop, ours or stock Oscar: `python -m bench.seed_offers COUNT`.

One in five is on everything, the others each on a category; 1 to 10 per cent off from 1 to 3 items, all at once. Of ours
the 6th and the 126th are three for the price of two and the 16th gives a gift: stock Oscar knows neither well.
"""

import sys
from typing import Any

import django
from oscar.core.loading import get_model


def main(count: int) -> None:
    model = lambda name: get_model("offer", name).objects  # noqa: E731
    categories = list(get_model("catalogue", "Category").objects.filter(depth=2).order_by("pk"))
    for number in range(count):
        is_everything = number % 5 == 0
        span = model("Range").create(name=f"range {number}", slug=f"range-{number}", includes_all_products=is_everything)
        if not is_everything:
            span.included_categories.add(categories[number % len(categories)])
        model("ConditionalOffer").create(
            name=f"offer {number}",
            slug=f"offer-{number}",
            offer_type="Site",
            condition=model("Condition").create(range=span, type="Count", value=1 + number % 3),
            benefit=_benefit(get_model("offer", "Benefit"), span, number),
            priority=number,
            exclusive=False,
        )


def _benefit(benefits: Any, span: Any, number: int) -> Any:
    is_ours = hasattr(benefits, "BUNDLE")
    if is_ours and number == 15:
        gifts = type(span).objects.create(name="gifts", slug="gifts")
        gifts.add_product(get_model("catalogue", "Product").objects.exclude(structure="parent").order_by("pk").first())
        return benefits.objects.create(range=gifts, type=benefits.GIFT)
    if is_ours and number % 120 == 5:
        return benefits.objects.create(range=span, type=benefits.BUNDLE, value=100, max_affected_items=1)
    return benefits.objects.create(range=span, type="Percentage", value=1 + number % 10)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
