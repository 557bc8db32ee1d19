from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from shop.forks.catalogue.models import Product
from shop.search import index, listing, stamp
from shop.search.models import Listing, Synonym
from shop.search.query import PAGE_SIZE, Query
from tests import make

pytestmark = pytest.mark.django_db


def titles(language="en", **asked):
    index.catch_up()
    return [card.title for card in listing.find(Query(**asked), language).cards]


def counts(**asked):
    index.catch_up()
    return listing.find(Query(**asked), "en").counts


def shop_of_teas():
    for title, origin, taste, price in (
        ("Assam", "India", "malt", "8.00"),
        ("Darjeeling", "India", "floral", "12.00"),
        ("Keemun", "China", "malt", "10.00"),
        ("Sencha", "Japan", "grass", "9.00"),
    ):
        made = make.product(title, price=price)
        make.attribute(made, "origin", origin)
        make.attribute(made, "taste", taste)


def test_the_title_counts_more_than_the_description():
    make.product("Mug", description="Holds tea, or anything else one may like to drink")
    make.product("Tea")
    assert titles(text="tea") == ["Tea", "Mug"]


def test_products_with_every_word_come_first():
    make.product("Green mug")
    make.product("Green tea")
    make.product("Black tea")
    assert titles(text="green tea")[0] == "Green tea"


def test_word_forms_are_found_and_the_very_form_comes_first():
    make.product("Candles")
    make.product("Candle")
    assert titles(text="candle") == ["Candle", "Candles"]


@pytest.mark.parametrize("typed", ["choclate", "chocolatte", "chocoltae", "CHOCOLATE", "chocolate!!", "choc"])
def test_typing_errors_are_forgiven(typed):
    make.product("Chocolate")
    make.product("Soap")
    assert titles(text=typed) == ["Chocolate"]


def test_what_was_meant_is_said():
    make.product("Green tea")
    index.catch_up()
    assert listing.find(Query(text="gren tea"), "en").reading.corrected == "green tea"
    assert listing.find(Query(text="green tea"), "en").reading.corrected == ""


@pytest.mark.parametrize("typed", ["tea pot", "teapot", "tea-pot"])
def test_one_word_or_two_makes_no_difference(typed):
    make.product("Teapot")
    make.product("Candle")
    assert titles(text=typed) == ["Teapot"]


def test_a_missing_space_is_put_in():
    make.product("Green tea")
    assert titles(text="greentea") == ["Green tea"]


def test_a_stock_number_finds_its_product():
    make.product("Candle")
    soap = make.product("Soap")
    assert titles(text=f"SKU-{soap.pk}") == ["Soap"]


def test_each_language_has_its_own_words():
    make.product("Green tea", title_uk="Зелений чай", title_ru="Зелёный чай", title_ro="Ceai verde")
    assert titles("uk", text="зеленого чаю") == ["Зелений чай"]
    assert titles("ru", text="зеленые чаи") == ["Зелёный чай"]
    assert titles("ro", text="ceaiuri verzi") == ["Ceai verde"]


def test_another_language_of_the_shop_and_a_wrong_keyboard_are_understood():
    make.product("Tea", title_uk="Чай")
    assert titles("en", text="чаю") == ["Tea"]
    assert titles("uk", text="xfq") == ["Чай"]


def test_synonyms_work_both_ways_or_one():
    make.product("Kettle")
    make.product("Infuser")
    Synonym.objects.create(language="en", said="boiler", meant="kettle", is_mutual=True)
    Synonym.objects.create(language="en", said="tea ball, strainer", meant="infuser", is_mutual=False)
    assert titles(text="boilers") == ["Kettle"]
    assert titles(text="tea ball") == ["Infuser"]
    assert titles(text="infuser") == ["Infuser"]


def test_a_phrase_as_a_synonym_needs_all_its_words():
    make.product("Optical drive")
    make.product("Pen drive")
    Synonym.objects.create(language="en", said="burner", meant="optical drive")
    assert titles(text="burner") == ["Optical drive"]


def test_sold_out_products_come_after_their_like():
    make.product("Tea", stock=0)
    first = make.product("Tea", stock=5)
    index.catch_up()
    assert listing.find(Query(text="tea"), "en").cards[0].product_id == first.pk
    assert listing.find(Query(), "en").cards[0].product_id == first.pk


def test_filters_of_one_attribute_widen_and_of_several_narrow():
    shop_of_teas()
    assert set(titles(filters={"origin": ["india", "japan"]})) == {"Assam", "Darjeeling", "Sencha"}
    assert titles(filters={"origin": ["india", "japan"], "taste": ["malt"]}) == ["Assam"]


def test_counts_of_an_attribute_ignore_what_is_chosen_in_it():
    shop_of_teas()
    found = counts(filters={"origin": ["india"], "taste": ["malt"]})
    assert found.total == 1
    assert found.values["origin"] == {"india": 1, "china": 1}
    assert found.values["taste"] == {"malt": 1, "floral": 1}


def test_every_count_is_what_choosing_it_gives():
    shop_of_teas()
    chosen = {"taste": ["malt", "grass"]}
    for origin, count in counts(filters=chosen).values["origin"].items():
        assert counts(filters={**chosen, "origin": [origin]}).total == count


def test_price_stock_and_rating_narrow():
    cheap = make.product("Cheap", price="5.00", stock=0, rating=4.5, review_count=3)
    make.product("Dear", price="50.00", rating=3.2, review_count=2)
    assert titles(price_to=Decimal(10)) == ["Cheap"]
    assert titles(price_from=Decimal(10)) == ["Dear"]
    assert titles(in_stock=True) == ["Dear"]
    assert titles(rating=4) == ["Cheap"]
    found = counts(price_to=Decimal(10))
    assert (found.total, found.in_stock, found.price_from, found.price_to) == (1, 0, Decimal(5), Decimal(50))
    assert found.ratings == {4: 1, 3: 1}
    assert cheap.pk


def test_a_category_holds_what_is_below_it():
    tea = make.category("Tea")
    black = make.category("Black tea", tea)
    make.product("Assam", in_category=black)
    make.product("Soap", in_category=make.category("Soap"))
    assert titles(category=tea.pk) == ["Assam"]
    assert counts(category=tea.pk).categories == {tea.pk: 1, black.pk: 1}


def test_a_category_within_a_search_is_a_filter():
    tea = make.category("Tea")
    make.product("Green tea", in_category=tea)
    soap = make.category("Soap")
    make.product("Green soap", in_category=soap)
    found = counts(text="green", within=tea.pk)
    assert found.total == 1
    assert found.categories == {tea.pk: 1, soap.pk: 1}


def test_sorts():
    old = make.product("Old", price="3.00", rating=5.0, review_count=1)
    make.product("New", price="9.00", rating=4.8, review_count=200)
    make.product("Middle", price="5.00")
    Product.objects.filter(pk=old.pk).update(date_created=timezone.now() - timedelta(days=400))
    assert titles(sort="price") == ["Old", "Middle", "New"]
    assert titles(sort="price-down") == ["New", "Middle", "Old"]
    assert titles(sort="newest")[-1] == "Old"
    assert titles(sort="rating")[0] == "New"
    Listing.objects.filter(pk=old.pk).update(sold=7)
    assert titles(sort="sales")[0] == "Old"


def test_an_unknown_sort_is_the_usual_one():
    assert Query(sort="; DROP TABLE").order == "featured"
    assert Query(text="tea", sort="nonsense").order == "relevance"
    assert Query(sort="relevance").order == "featured"


def test_pages_do_not_overlap():
    for number in range(PAGE_SIZE + 3):
        make.product(f"Tea {number}")
    for asked in ({}, {"text": "tea"}, {"sort": "price"}):
        first, second = titles(**asked), titles(page=2, **asked)
        assert (len(first), len(second)) == (PAGE_SIZE, 3)
        assert not set(first) & set(second)


@pytest.mark.parametrize(
    "typed", ["", "   ", "!!!", "%", "_", "\\", "'", '"; --', "(", "🫖", "a" * 500, "і" * 200, "1 2 3", "<b>", "ﬁ"]
)
def test_odd_queries_find_nothing_or_something_but_never_break(typed):
    make.product("Tea")
    index.catch_up()
    listing.find(Query(text=typed), "en")


def test_finding_costs_the_same_however_much_there_is(costs_the_same):
    def add():
        make.attribute(make.product("Green tea"), "origin", "India")
        index.catch_up()

    def show():
        stamp.renew()  # nothing of it is cached, before or after
        listing.find(Query(text="gren tea", filters={"origin": ["india"]}), "en")

    costs_the_same(show=show, add_row=add)
