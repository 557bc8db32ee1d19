"""The blocks a letter is made of: what each may hold, in which form it is filled in, and how it looks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Block = dict[str, Any]  # id, kind, settings, texts by language

TEXT, PICTURE, BUTTON, PRODUCTS, VOUCHER, POINTS, LINE = "text", "picture", "button", "products", "voucher", "points", "line"
ADDRESS, CAUSE = "address", "cause"  # where a button leads
SHORTEST_ID = 6


@dataclass(frozen=True)
class Kind:
    """One kind of block. `texts`: what is written in each language; `needed`: those without which it says nothing."""

    code: str
    label: "StrOrPromise"
    icon: str
    texts: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    template: str = ""


KINDS = {
    kind.code: kind
    for kind in (
        Kind(TEXT, _("Text"), "notes", ("html",), ("html",)),
        Kind(PICTURE, _("Picture"), "image", ("alt",), ("alt",)),
        Kind(BUTTON, _("Button"), "smart_button", ("label",), ("label",)),
        Kind(PRODUCTS, _("Products"), "local_cafe", ("heading",)),
        Kind(VOUCHER, _("Voucher"), "confirmation_number", ("heading", "words"), ("heading",)),
        Kind(POINTS, _("Points"), "loyalty", ("words",), ("words",)),
        Kind(LINE, _("Line"), "horizontal_rule"),
    )
}
DEFAULTS: dict[str, dict[str, Any]] = {
    PRODUCTS: {"rule": "new", "count": 3, "ids": [], "category": None},
    VOUCHER: {"kind": "percent", "value": "10", "days": 14, "min_total": None},
    POINTS: {"at_least": 1},
    BUTTON: {"to": ADDRESS, "url": "/"},
    PICTURE: {"picture": None, "url": ""},
}


def new(kind: str, **settings: Any) -> Block:
    """A fresh block. Raises `KeyError` for a kind that is none."""
    identity = get_random_string(SHORTEST_ID, "abcdefghijklmnopqrstuvwxyz0123456789")
    return {"id": identity, "kind": KINDS[kind].code, "settings": {**DEFAULTS.get(kind, {}), **settings}, "texts": {}}


def texts_of(block: Block, language: str) -> dict[str, str]:
    """What is written in one language, and nothing else."""
    return dict(block.get("texts", {}).get(language, {}))


def is_complete(block: Block, language: str) -> bool:
    """Whether everything that has to be written is written in this language."""
    texts = texts_of(block, language)
    return all(texts.get(name, "").strip() for name in KINDS[block["kind"]].needed)


def languages_of(content: dict[str, Any], languages: list[str]) -> list[str]:
    """The languages in which the whole letter is written. A mail half in one language and half in another is none."""
    return [
        code
        for code in languages
        if content["subject"].get(code, "").strip() and all(is_complete(block, code) for block in content["blocks"])
    ]
