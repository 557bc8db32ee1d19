"""What buyers wrote: each text under a product it fits, by somebody who speaks its language and had the thing at home."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Avg, Count

from shop.demo import bulk, source
from shop.demo.diary import Diary
from shop.demo.history import Story
from shop.demo.source import Table, Ware
from shop.events.catalog import ReviewWritten
from shop.forks.catalogue.models import Product
from shop.forks.order.models import Line
from shop.forks.reviews.models import ProductReview

MOST_USES = 3  # of one text, under different products
UNREAD = timedelta(days=5)  # staff have not come to these yet
Candidate = tuple[Story, Line, Ware]


def write(stories: list[Story], products: dict[str, Product], now: datetime, diary: Diary, seed: int) -> int:
    """The reviews with their events; products get their mean and their count. Returns how many."""
    chance = random.Random(f"{seed} opinions")
    bought = _bought(stories, now)
    taken: set[tuple[str, int]] = set()
    rows: list[tuple[ProductReview, Story]] = []
    for table in source.read("reviews.toml")["review"]:
        rows += [(_review(table, *one, products, now, chance), one[0]) for one in _writers(table, bought, taken, chance)]
    bulk.write(ProductReview, [review for review, _story in rows])
    for review, story in rows:
        event = ReviewWritten(review_id=review.pk, product_id=review.product_id, score=review.score)
        diary.note(event, story.customer, review.date_created)
    _rate()
    return len(rows)


def _bought(stories: list[Story], now: datetime) -> dict[tuple[str, str], list[Candidate]]:
    """Things at home for a few days, by language and by product, subcategory and category."""
    found: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for story in stories:
        if story.fate.delivered_at and story.fate.delivered_at < now - timedelta(days=2):
            for line, (ware, _units) in zip(story.lines, story.purchase.lines, strict=True):
                for what in (ware.product, ware.subcategory, ware.category):
                    found[story.person.language, what].append((story, line, ware))
    return found


def _writers(
    table: Table, bought: dict[tuple[str, str], list[Candidate]], taken: set[tuple[str, int]], chance: random.Random
) -> list[Candidate]:
    """Up to three people under as many products; who had to wait or sent it back is the first to be displeased."""
    pool = [one for what in table["fits"] for one in bought[table["language"], what]]
    chance.shuffle(pool)
    if table["score"] <= 2:
        pool.sort(key=lambda one: not (one[0].fate.is_late or one[0].fate.refund))
    else:
        pool = [one for one in pool if not one[0].fate.refund]
    found: dict[str, Candidate] = {}
    for story, line, ware in pool:
        if ware.product not in found and (ware.product, story.person.number) not in taken:
            found[ware.product] = (story, line, ware)
            taken.add((ware.product, story.person.number))
        if len(found) == (1 if table["score"] <= 2 else MOST_USES):
            break
    return list(found.values())


def _review(
    table: Table, story: Story, line: Line, ware: Ware, products: dict[str, Product], now: datetime, chance: random.Random
) -> ProductReview:
    arrived = story.fate.delivered_at or now
    written = min(arrived + timedelta(days=chance.uniform(1, 24)), now - timedelta(minutes=chance.randint(10, 2000)))
    signed = chance.random()
    return ProductReview(
        product=products[ware.product],
        customer=story.customer,
        user=story.user,
        order_line=line,
        language=table["language"],
        score=table["score"],
        title=table["title"],
        body=table["body"],
        name=story.person.first_name + (f" {story.person.last_name[0]}." if signed < 0.4 else ""),
        email="",
        status=ProductReview.FOR_MODERATION if written > now - UNREAD else ProductReview.APPROVED,
        date_created=written,
    )


def _rate() -> None:
    counted = ProductReview.objects.approved().values("product").annotate(mean=Avg("score"), count=Count("pk"))
    figures = {row["product"]: row for row in counted}
    rated = list(Product.objects.filter(pk__in=figures))
    for product in rated:
        product.rating, product.review_count = figures[product.pk]["mean"], figures[product.pk]["count"]
    Product.objects.bulk_update(rated, ["rating", "review_count"])
