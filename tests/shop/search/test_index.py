from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F

from shop.forks.catalogue.models import AttributeOption, Category, Product
from shop.forks.partner.models import StockRecord
from shop.search import index, stamp
from shop.search.models import Listing, Posting, Stale, Word
from tests import make

pytestmark = pytest.mark.django_db


def words_of(product):
    return set(Word.objects.filter(postings__product_id=product.pk).values_list("text", flat=True))


def test_a_new_product_is_listed_with_its_words():
    tea = make.category("Tea")
    assam = make.product("Assam Golden Tips", price="8.90", in_category=tea, summary="Malty and dark")
    index.catch_up()
    row = Listing.objects.get(pk=assam.pk)
    assert (row.price, row.availability, row.categories) == (Decimal("8.90"), Listing.Availability.IN_STOCK, [tea.pk])
    assert {"assam", "golden", "malty", "tea", f"sku{assam.pk}"} <= words_of(assam)


def test_a_bulk_update_is_noticed_though_it_sends_no_signal():
    assam = make.product("Assam")
    index.catch_up()
    Product.objects.filter(pk=assam.pk).update(title_en="Ceylon")
    index.catch_up()
    assert "ceylon" in words_of(assam)
    assert "assam" not in words_of(assam)


def test_reserved_stock_shows_without_indexing_any_word_again():
    assam = make.product("Assam", stock=10)
    index.catch_up()
    Posting.objects.filter(product_id=assam.pk).update(weight=0.5)
    StockRecord.objects.filter(product=assam).update(num_allocated=F("num_in_stock"))
    index.catch_up()
    assert Listing.objects.get(pk=assam.pk).availability == Listing.Availability.OUT
    assert set(Posting.objects.filter(product_id=assam.pk).values_list("weight", flat=True)) == {0.5}


def test_a_few_units_less_of_many_change_nothing_that_anybody_sees():
    assam = make.product("Assam", stock=100)
    index.catch_up()
    before = stamp.current()
    StockRecord.objects.filter(product=assam).update(num_allocated=3)
    index.catch_up()
    assert stamp.current() == before


def test_the_last_units_are_counted():
    assam = make.product("Assam", stock=100)
    index.catch_up()
    before = stamp.current()
    StockRecord.objects.filter(product=assam).update(num_allocated=97)
    index.catch_up()
    row = Listing.objects.get(pk=assam.pk)
    assert (row.availability, row.units_left) == (Listing.Availability.LOW, 3)
    assert stamp.current() != before


@pytest.mark.parametrize(
    "hide", [lambda one: one.delete(), lambda one: Product.objects.filter(pk=one.pk).update(is_public=False)]
)
def test_what_nobody_may_see_is_not_listed(hide):
    assam, ceylon = make.product("Assam"), make.product("Ceylon")
    index.catch_up()
    hide(assam)
    index.catch_up()
    assert list(Listing.objects.values_list("pk", flat=True)) == [ceylon.pk]
    assert not Word.objects.filter(text="assam", documents__gt=0).exists()


def test_variants_are_one_listing_with_the_lowest_price():
    parent = make.variants("Assam", prices=("9.90", "4.90"))
    index.catch_up()
    row = Listing.objects.get()
    assert (row.pk, row.price, row.price_is_from) == (parent.pk, Decimal("4.90"), True)


def test_the_price_is_of_what_can_be_bought():
    parent = make.variants("Assam", prices=("4.90", "9.90"))
    StockRecord.objects.filter(product=parent.children.earliest("pk")).update(num_in_stock=0)
    index.catch_up()
    assert Listing.objects.get().price == Decimal("9.90")


def test_a_variant_stands_for_its_parent():
    parent = make.variants("Assam")
    assert index.refresh([parent.children.first().pk]) == 1
    assert Listing.objects.get().pk == parent.pk


def test_categories_bring_their_ancestors_unless_hidden():
    tea = make.category("Tea")
    black = make.category("Black tea", tea)
    assam = make.product("Assam", in_category=black)
    index.catch_up()
    assert Listing.objects.get(pk=assam.pk).categories == [tea.pk, black.pk]
    Category.objects.get(pk=black.pk).delete()
    index.catch_up()
    assert Listing.objects.get(pk=assam.pk).categories == []


def test_a_renamed_category_renames_its_products_words():
    tea = make.category("Tea")
    assam = make.product("Assam", in_category=make.category("Black", tea))
    index.catch_up()
    Category.objects.filter(pk=tea.pk).update(name_en="Infusions")
    index.catch_up()
    assert "infusions" in words_of(assam)
    assert "tea" not in words_of(assam)


def test_filters_hold_options_flags_and_numbers():
    mug = make.product("Mug")
    make.attribute(mug, "origin", "China")
    make.attribute(mug, "taste", ["Malt", "Honey"], kind="multi_option")
    make.attribute(mug, "organic", True, kind="boolean")
    make.attribute(mug, "vegan", False, kind="boolean")
    make.attribute(mug, "holds", 350, kind="integer")
    make.attribute(mug, "care", "By hand", kind="text", is_filter=False)
    index.catch_up()
    assert Listing.objects.get().filters == ["holds:350", "organic:yes", "origin:china", "taste:honey", "taste:malt"]
    assert {"china", "organic", "hand"} <= words_of(mug)
    assert "vegan" not in words_of(mug)


def test_a_renamed_option_is_found_under_its_new_name():
    mug = make.product("Mug")
    make.attribute(mug, "origin", "Ceylon")
    index.catch_up()
    AttributeOption.objects.update(option_en="Sri Lanka")
    index.catch_up()
    assert "lanka" in words_of(mug)


def test_rebuilding_gives_what_refreshing_gave():
    assam = make.product("Assam", in_category=make.category("Tea"))
    make.product("Ceylon in Ukrainian", title_uk="Цейлонський чай")
    make.attribute(assam, "origin", "India")
    index.rebuild()
    index.catch_up()
    rebuilt = snapshot()
    index.refresh([assam.pk])
    Listing.objects.update(fingerprint="")
    index.refresh(list(Listing.objects.values_list("pk", flat=True)))
    assert snapshot() == rebuilt


def snapshot():
    listings = list(Listing.objects.order_by("pk").values())
    words = set(Word.objects.filter(documents__gt=0).values_list("language", "text", "stem", "documents"))
    postings = {
        (language, text, product, round(weight, 3))
        for language, text, product, weight in Posting.objects.values_list(
            "word__language", "word__text", "product_id", "weight"
        )
    }
    return listings, words, postings


def test_refreshing_costs_the_same_for_many_products(django_assert_max_num_queries):
    products = [make.product(f"Tea number {number}") for number in range(20)]
    with django_assert_max_num_queries(40):
        index.refresh([product.pk for product in products])


def test_notes_are_cleared_once_caught_up():
    make.product("Assam")
    assert Stale.objects.exists()
    assert index.catch_up() >= 1
    assert not Stale.objects.exists()
    assert index.catch_up() == 0


def test_what_is_saved_in_one_transaction_is_caught_up_with_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        make.product("Assam")
        make.product("Ceylon")
    assert [callback for callback in callbacks if getattr(callback, "func", None) is index.catch_up] == callbacks[:1]
    assert Listing.objects.count() == 2


def test_a_statement_over_many_rows_leaves_one_note_for_each_product():
    for number in range(3):
        make.product(f"Tea {number}")
    Stale.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE partner_stockrecord SET price = price + 1")
    assert Stale.objects.count() == 3
