"""The shop's name, pages and home page."""

from django.core.files.base import ContentFile

from shop.content import kept
from shop.content.models import Block, Page, Pick, Pictured, Scene, Shop
from shop.demo import source
from shop.demo.source import Table
from shop.forks.catalogue.models import Category, Product
from shop.imports import texts


def dress(categories: dict[str, Category], products: dict[str, Product], with_pictures: bool) -> None:
    """Everything a visitor sees besides the goods."""
    words, window = source.read("shop.toml"), source.read("window.toml")
    _shop(words, window)
    for place, table in enumerate(words["page"]):
        Page.objects.create(
            slug=table["slug"],
            place=window["places"].get(table["slug"], Page.Place.NOWHERE),
            position=place,
            **source.texts("title", table["title"]),
            **source.texts("body", table["body"]),
        )
    picks = iter(words["pick"])
    for place, table in enumerate(window["block"]):
        if table["kind"] == Block.Kind.PICKS:
            _pick(next(picks), place, products)
            continue
        block = _block(table, place, words["story"], with_pictures)
        if block.kind == Block.Kind.SCENES:
            _scenes(block, window["scene"], categories, with_pictures)
    for place, table in enumerate(picks, start=len(window["block"])):
        _pick(table, place, products, is_shown=False)
    kept.forget()


def _shop(words: Table, window: Table) -> None:
    shop = words["shop"]
    opening = {language: texts.plain(body.split("</p>")[0]) for language, body in words["story"]["body"].items()}
    Shop(
        name=shop["name"],
        email=shop["email"],
        phone=shop["phone"],
        address=shop["address"]["en"],
        imprint=window["words"]["imprint"],
        **source.texts("claim", shop["claim"]),
        **source.texts("hours", shop["hours"]),
        **source.texts("top_line", shop["notice"]),
        **source.texts("story", opening),
        **source.texts("payment_words", window["words"]["payment_words"]),
    ).save()


def _block(table: Table, place: int, story: Table, with_pictures: bool) -> Block:
    said = {**({"title": story["title"], "text": story["body"]} if table["kind"] == Block.Kind.STORY else {}), **table}
    fields = [name for name in ("title", "text", "link_text") if name in said]
    block = Block(kind=table["kind"], link=table.get("link", ""), position=place)
    for name in fields:
        for field, value in source.texts(name, said[name]).items():
            setattr(block, field, value)
    _hang(block, table, with_pictures)
    block.save()
    return block


def _pick(table: Table, place: int, products: dict[str, Product], *, is_shown: bool = True) -> None:
    block = Block.objects.create(
        kind=Block.Kind.PICKS,
        position=place,
        is_shown=is_shown,
        **source.texts("title", table["name"]),
        **source.texts("text", table["text"]),
    )
    Pick.objects.bulk_create(
        Pick(block=block, product=products[slug], position=position) for position, slug in enumerate(table["products"])
    )


def _scenes(block: Block, tables: list[Table], categories: dict[str, Category], with_pictures: bool) -> None:
    for place, table in enumerate(tables):
        scene = Scene(block=block, category=categories[table["category"]], position=place)
        _hang(scene, table, with_pictures)
        scene.save()


def _hang(thing: Pictured, table: Table, with_pictures: bool) -> None:
    """The first of the named pictures that has been taken."""
    found = [path for name in table.get("pictures", ()) if (path := source.PICTURES / f"{name}.webp").exists()]
    if found and with_pictures:
        thing.picture.save(found[0].name, ContentFile(found[0].read_bytes()), save=False)
