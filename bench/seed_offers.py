"""Live offers in a seeded shop, ours or stock Oscar: `python -m bench.seed_offers COUNT`.

One in five is on everything, the others each on a category; 1 to 10 per cent off from 1 to 3 items, all at once.
"""

import sys

import django


def main(count: int) -> None:
    from oscar.core.loading import get_model

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
            benefit=model("Benefit").create(range=span, type="Percentage", value=1 + number % 10),
            priority=number,
            exclusive=False,
        )


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
