"""The files of the demo shop hold together: whole in four languages, and nothing points at nothing."""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

DEMO = Path(__file__).resolve().parents[3] / "shop" / "demo"
LANGUAGES = {"en", "uk", "ru", "ro"}
OFFER = ("sku", "price", "cost", "stock", "weight_g")

# Letters and marks that give away a text in the wrong language, or typed with the wrong quotes.
FOREIGN = {
    "en": re.compile(r"[\"'А-яЄІЇҐєіїґЁё„«»]"),
    "uk": re.compile(r"[\"'ЫЭЁЪыэёъ“”„]"),
    "ru": re.compile(r"[\"'ЄІЇҐєіїґ“”„]"),
    "ro": re.compile(r"[\"'А-яЄІЇҐєіїґЁёşţŞŢ“«»]"),
}
LATIN_INSIDE_CYRILLIC = re.compile(r"[А-яЄІЇҐєіїґЁё][A-Za-z]|[A-Za-z][А-яЄІЇҐєіїґЁё]")
TAGS_ALLOWED = {"p", "ul", "li", "h2", "strong"}


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)


FILES = {path.stem: read(path) for path in sorted((DEMO / "catalogue").glob("*.toml"))}
ATTRIBUTES = read(DEMO / "attributes.toml")["attributes"]
SHOP = read(DEMO / "shop.toml")
REVIEWS = read(DEMO / "reviews.toml")["review"]

PRODUCTS = [product for file in FILES.values() for product in file["product"]]
SLUGS = [product["slug"] for product in PRODUCTS]
CATEGORIES = [file["category"]["slug"] for file in FILES.values()]
SUBCATEGORIES = [sub["slug"] for file in FILES.values() for sub in file["subcategory"]]


def offers(product: dict[str, Any]) -> list[dict[str, Any]]:
    """What can be put in a basket: the variants, or the product itself."""
    return product.get("variants", [product])


def texts(node: Any, where: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every table of translations below `node`, with the path that leads to it."""
    if isinstance(node, list):
        for place, child in enumerate(node):
            name = child.get("slug", place) if isinstance(child, dict) else place
            yield from texts(child, f"{where}/{name}")
    elif isinstance(node, dict):
        if LANGUAGES & node.keys():
            yield where, node
        else:
            for key, child in node.items():
                yield from texts(child, f"{where}/{key}")


ALL_TEXTS = [
    *texts(list(FILES.values()), "catalogue"),
    *texts(ATTRIBUTES, "attributes"),
    *texts(SHOP, "shop"),
]


def test_every_text_is_there_in_all_four_languages():
    holes = [
        where
        for where, translations in ALL_TEXTS
        if translations.keys() != LANGUAGES or not all(text.strip() for text in translations.values())
    ]
    assert not holes


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_text_carries_the_letters_or_quotes_of_another_language(language: str):
    strange = [
        (where, found.group(), found.string[max(0, found.start() - 20) : found.end() + 20])
        for where, translations in ALL_TEXTS
        if (found := FOREIGN[language].search(translations.get(language, "")))
    ]
    strange += [
        (review["title"], found.group(), review["body"])
        for review in REVIEWS
        if review["language"] == language and (found := FOREIGN[language].search(review["title"] + review["body"]))
    ]
    assert not strange


def test_no_word_mixes_cyrillic_and_latin_letters():
    mixed = [
        (where, found.group())
        for where, translations in ALL_TEXTS
        for text in translations.values()
        if (found := LATIN_INSIDE_CYRILLIC.search(text))
    ]
    assert not mixed


def test_longer_texts_are_translated_and_not_repeated():
    same = [
        where
        for where, translations in ALL_TEXTS
        if len(translations["en"]) > 40 and len(set(translations.values())) < len(LANGUAGES)
    ]
    assert not same


def test_descriptions_are_simple_html_with_every_tag_closed():
    for product in PRODUCTS:
        for text in product["description"].values():
            opened = re.findall(r"<(\w+)>", text)
            assert set(opened) <= TAGS_ALLOWED, product["slug"]
            assert sorted(opened) == sorted(re.findall(r"</(\w+)>", text)), product["slug"]
            assert len(re.findall(r"[<>]", text)) == 4 * len(opened), product["slug"]


def test_slugs_and_stock_numbers_are_unique():
    for names in (
        [*SLUGS, *CATEGORIES, *SUBCATEGORIES],
        [offer["sku"] for product in PRODUCTS for offer in offers(product)],
    ):
        assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})


def test_slugs_are_plain():
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in [*SLUGS, *CATEGORIES, *SUBCATEGORIES])


def test_each_file_is_named_for_its_category_and_no_subcategory_is_empty():
    for name, file in FILES.items():
        assert file["category"]["slug"] == name
        subcategories = {sub["slug"] for sub in file["subcategory"]}
        assert {product["subcategory"] for product in file["product"]} == subcategories


def test_related_products_exist_and_are_others():
    for product in PRODUCTS:
        related = product["related"]
        assert set(related) <= set(SLUGS) - {product["slug"]}, product["slug"]
        assert len(related) == len(set(related)) >= 2, product["slug"]


def test_prices_and_stocks_are_sane():
    for product in PRODUCTS:
        for offer in offers(product):
            assert all(key in offer for key in OFFER), offer
            assert Decimal(0) < offer["cost"] < offer["price"] < 200, offer
            assert offer["price"] == round(offer["price"], 2), offer
            assert offer.get("compare_at", Decimal(1000)) > offer["price"], offer
            assert offer["stock"] >= 0 < offer["weight_g"] < 5000, offer
            assert 5 <= offer.get("lifetime_days", 30) <= 730, offer


def test_a_shop_window_has_something_reduced_something_rare_and_something_sold_out():
    all_offers = [offer for product in PRODUCTS for offer in offers(product)]
    assert sum("compare_at" in offer for offer in all_offers) >= 12
    assert sum(0 < offer["stock"] < 10 for offer in all_offers) >= 8
    assert sum(offer["stock"] == 0 for offer in all_offers) >= 3


def test_things_used_up_say_how_long_they_last():
    used_up = ("tea", "coffee", "honey", "chocolate", "biscuits", "soap")
    silent = [
        offer["sku"]
        for name in used_up
        for product in FILES[name]["product"]
        for offer in offers(product)
        if "lifetime_days" not in offer
    ]
    assert not silent


def test_variants_differ_in_their_axes_and_a_larger_pack_costs_less_by_weight():
    for product in PRODUCTS:
        if "variants" not in product:
            assert "axes" not in product
            continue
        values = [tuple(v["attributes"][axis] for axis in product["axes"]) for v in product["variants"]]
        assert len(values) == len(set(values)) >= 2, product["slug"]
        if product["axes"] == ["size"]:
            by_size = sorted(
                (amount(v["attributes"]["size"]), v["price"] / amount(v["attributes"]["size"])) for v in product["variants"]
            )
            prices = [price for _, price in by_size]
            assert prices == sorted(prices, reverse=True), product["slug"]


def amount(size: str) -> int:
    """Grams, millilitres or pieces in a code of the attribute `size`."""
    return int(re.sub(r"\D", "", size))


def test_every_attribute_value_is_declared():
    for file in FILES.values():
        allowed = file["category"]["attributes"]
        assert set(allowed) <= ATTRIBUTES.keys()
        for product in file["product"]:
            rows = [product["attributes"], *(v["attributes"] for v in product.get("variants", []))]
            for code, value in (pair for row in rows for pair in row.items()):
                assert code in allowed, (product["slug"], code)
                assert is_declared(code, value), (product["slug"], code, value)


def is_declared(code: str, value: object) -> bool:
    """Whether `value` is one that the attribute `code` may take."""
    match ATTRIBUTES[code]["type"], value:
        case "boolean", bool():
            return True
        case "integer", int() as number:
            return number > 0
        case "option", str() as option:
            return option in ATTRIBUTES[code]["options"]
        case "multi_option", [*options]:
            return bool(options) and set(options) <= ATTRIBUTES[code]["options"].keys()
    return False


def test_every_declared_option_is_used():
    used: dict[str, set[str]] = {code: set() for code in ATTRIBUTES}
    for product in PRODUCTS:
        for row in (product["attributes"], *(v["attributes"] for v in product.get("variants", []))):
            for code, value in row.items():
                used[code] |= set(value) if isinstance(value, list) else {str(value)}
    idle = [
        (code, option)
        for code, attribute in ATTRIBUTES.items()
        for option in attribute.get("options", {})
        if option not in used[code]
    ]
    assert not idle


def test_every_product_has_a_picture_to_make():
    for product in PRODUCTS:
        picture = product["picture"]
        assert picture["prop"] and picture["note"], product["slug"]
        assert len(picture["colours"]) >= 2, product["slug"]
        assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in picture["colours"]), product["slug"]


def test_popularity_and_seasons_are_in_range():
    for product in PRODUCTS:
        assert 1 <= product["popularity"] <= 10, product["slug"]
        assert set(product.get("season", [1])) <= set(range(1, 13)), product["slug"]


def test_offers_and_picks_point_at_things_on_sale():
    assert {offer["subcategory"] for offer in SHOP["offer"]} <= set(SUBCATEGORIES)
    for pick in SHOP["pick"]:
        assert set(pick["products"]) <= set(SLUGS), pick["slug"]


def test_some_offer_stands_in_the_window_in_every_month():
    covered = {month for offer in SHOP["offer"] for month in offer.get("months", [])}
    assert covered == set(range(1, 13))


def test_reviews_fit_something_and_are_spread_over_languages_and_scores():
    places = {*SLUGS, *CATEGORIES, *SUBCATEGORIES}
    for review in REVIEWS:
        assert review["fits"] and set(review["fits"]) <= places, review
        assert review["score"] in range(1, 6) and review["title"] and review["body"], review
    for language in LANGUAGES:
        scores = [review["score"] for review in REVIEWS if review["language"] == language]
        assert len(scores) >= 35
        assert set(scores) == {1, 2, 3, 4, 5}


def test_every_category_has_reviews_in_every_language():
    home = {sub["slug"]: file["category"]["slug"] for file in FILES.values() for sub in file["subcategory"]}
    home |= {product["slug"]: home[product["subcategory"]] for product in PRODUCTS}
    told = {(home.get(place, place), review["language"]) for review in REVIEWS for place in review["fits"]}
    assert {(category, language) for category in CATEGORIES for language in LANGUAGES} <= told


def test_no_review_is_there_twice():
    bodies = [(review["language"], review["body"]) for review in REVIEWS]
    assert len(bodies) == len(set(bodies))
