"""What the columns in memory say is what the listings say."""

import random
from decimal import Decimal

import numpy as np
import pytest

from shop.search import index, listing, shelf, stamp, tasks
from shop.search.models import Listing, Posting
from shop.search.query import SORTS, Query
from tests import make

pytestmark = pytest.mark.django_db


def shop_of_all_kinds(count=40):
    chance = random.Random(11)
    tea = make.category("Tea")
    places = [tea, make.category("Black tea", tea), make.category("Soap"), None]
    for _number in range(count):
        made = make.product(
            f"Green {chance.choice(['tea', 'soap'])}",
            price=chance.choice([None, "3.10", "8.50", "8.51", "40.00"]),
            stock=chance.choice([0, 2, 50]),
            rating=chance.choice([None, 2.9, 3.0, 4.2]),
            in_category=chance.choice(places),
        )
        make.attribute(made, "origin", chance.choice(["India", "China", "Japan"]))
        if chance.random() < 0.7:
            make.attribute(made, "taste", chance.choice(["malt", "grass"]))
    index.catch_up()
    return places


def fits(row, query, but):
    """Whether a listing passes the filters of the query, except one of them."""
    has = {f: [value for code, _, value in (one.partition(":") for one in row.filters) if code == f] for f in query.filters}
    price = row.price if row.price is not None else Decimal(-1)
    return all(
        name == but or passes
        for name, passes in [
            *((code, bool(set(has[code]) & set(values))) for code, values in query.filters.items()),
            ("within", not query.within or query.within in row.categories),
            ("price", not query.has_price or (query.price_from or 0) <= price <= (query.price_to or 1000)),
            ("rating", not query.rating or (row.rating or 0) >= query.rating),
            ("stock", not query.in_stock or row.availability > 0),
        ]
    )


def counted_one_by_one(query, rows):
    def left(but=""):
        return [row for row in rows if fits(row, query, but)]

    values, prices = {}, [row.price for row in left("price") if row.price is not None]
    for attribute in ("origin", "taste"):
        for row in left(attribute):
            for code, _, value in (one.partition(":") for one in row.filters):
                if code == attribute:
                    values.setdefault(code, {}).setdefault(value, 0)
                    values[code][value] += 1
    categories = {}
    for row in left("within"):
        for pk in row.categories:
            categories[pk] = categories.get(pk, 0) + 1
    ratings = {stars: sum((row.rating or 0) >= stars for row in left("rating")) for stars in (4, 3)}
    in_stock = sum(row.availability > 0 for row in left("stock"))
    return listing.Counts(
        len(left()), values, categories, ratings, in_stock, min(prices, default=None), max(prices, default=None)
    )


def test_every_count_is_what_counting_one_by_one_gives():
    places, chance = shop_of_all_kinds(), random.Random(5)
    for _number in range(60):
        query = Query(
            text=chance.choice(["", "green"]),
            filters={code: chance.sample(some, k=chance.randint(1, 2)) for code, some in
                     (("origin", ["india", "china", "peru"]), ("taste", ["malt", "grass"])) if chance.random() < 0.5},
            within=chance.choice([None, places[0].pk, places[1].pk]),
            price_from=chance.choice([None, Decimal("3.10"), Decimal("8.51")]),
            price_to=chance.choice([None, Decimal("8.50"), Decimal(100)]),
            rating=chance.choice([None, 3, 4]),
            in_stock=chance.random() < 0.3,
        )  # fmt: skip
        assert listing.find(query, "en").counts == counted_one_by_one(query, Listing.objects.all()), query


@pytest.mark.parametrize("sort", [sort for sort in SORTS if sort != "relevance"])
def test_a_narrowed_list_stands_in_the_order_of_the_whole(sort):
    shop_of_all_kinds()
    Listing.objects.filter(price=None).delete()
    for page in (1, 2):
        whole, narrowed = (Query(sort=sort, page=page, price_from=low) for low in (None, Decimal(0)))
        ids = [[card.product_id for card in listing.find(query, "en").cards] for query in (whole, narrowed)]
        assert ids[0] == ids[1] != []


def test_of_equally_good_answers_the_more_popular_comes_first():
    ids = [make.product("Green tea").pk for _number in range(30)]
    index.catch_up()
    Listing.objects.filter(pk=ids[7]).update(popularity=9)
    Listing.objects.filter(pk=ids[3]).update(popularity=5)
    found = [card.product_id for page in (1, 2) for card in listing.find(Query(text="tea", page=page), "en").cards]
    others = [pk for pk in reversed(ids) if pk not in (ids[7], ids[3])]
    assert found == [ids[7], ids[3], *others]


def test_what_one_process_read_the_others_take_from_the_cache(django_assert_num_queries):
    make.product("Tea")
    index.catch_up()
    now = stamp.current()
    shelf.of(now)
    shelf._of.cache_clear()  # as in another process
    with django_assert_num_queries(0):
        assert len(shelf.of(now).products) == 1


def test_the_worker_reads_it_before_a_shopper_has_to(django_assert_num_queries):
    make.product("Tea")
    tasks.catch_up_listings()
    now = stamp.current()
    shelf._of.cache_clear()
    with django_assert_num_queries(0):
        assert len(shelf.of(now).products) == 1


def test_after_a_change_the_shelf_is_another():
    make.product("Tea")
    index.catch_up()
    assert listing.find(Query(text="tea", in_stock=True), "en").total == 1
    make.product("More tea")
    index.catch_up()
    assert listing.find(Query(text="tea", in_stock=True), "en").total == 2


def test_a_product_that_came_after_the_shelf_was_read_is_left_out():
    make.product("Tea")
    make.product("Soap")
    index.catch_up()
    now = stamp.state()
    shelf.of(str(now.stamp))
    make.product("More tea")
    index.catch_up()
    results = listing.find(Query(text="tea"), "en", now)
    assert (results.total, [card.title for card in results.cards]) == (1, ["Tea"])


def test_a_word_whose_products_have_just_gone_finds_nothing():
    make.product("Tea")
    index.catch_up()
    Posting.objects.all().delete()  # between the look at the vocabulary and the look at the postings
    assert listing.find(Query(text="tea"), "en").total == 0


def test_an_empty_shop_has_an_empty_shelf():
    rows, known = shelf.placed(np.zeros(0, np.int64), np.zeros(0, np.int64), np.array([3]))
    assert len(rows) == 1 and not known.any()
    assert listing.find(Query(in_stock=True), "en").counts == listing.Counts(ratings={4: 0, 3: 0})
