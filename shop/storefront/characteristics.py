"""What the attributes say of products, in words of the active language."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shop.forks.catalogue.models import ProductAttributeValue

NO_BREAK = "\u00a0"
PLAIN = (
    "product_id", "attribute__code", "attribute__position", "attribute__type",
    "value_text", "value_integer", "value_float", "value_boolean", "value_date",
)  # fmt: skip
TRANSLATED = ("attribute__name", "attribute__unit", "value_option__option", "value_multi_option__option")


@dataclass(frozen=True)
class Said:
    """One value of an attribute."""

    code: str
    name: str
    value: str
    position: int


def said_of(ids: list[int]) -> dict[int, list[Said]]:
    """What the attributes say of each product, in the active language; one query."""
    languages = _languages()
    translated = [f"{path}{ending}" for path in TRANSLATED for ending in (*(f"_{code}" for code in languages), "")]
    rows = (
        ProductAttributeValue.objects.filter(product_id__in=ids)
        .order_by("attribute__position", "attribute_id", "value_multi_option__pk")
        .values_list(*PLAIN, *translated)
    )
    several: dict[tuple[int, str], list[str]] = defaultdict(list)
    heads: dict[tuple[int, str], tuple[str, int]] = {}
    width = len(languages) + 1
    for row in rows:
        product_id, code, position, *values = row[: len(PLAIN)]
        texts = row[len(PLAIN) :]
        name, unit, option, one_of_several = (
            next(filter(None, texts[at : at + width]), "") for at in range(0, 4 * width, width)
        )
        value = option or one_of_several or _worded(unit, *values)
        if value:
            heads[product_id, code] = (name, position or 0)
            several[product_id, code].append(value)
    said: dict[int, list[Said]] = defaultdict(list)
    for (product_id, code), (name, position) in heads.items():
        said[product_id].append(Said(code, name, ", ".join(several[product_id, code]), position))
    return said


def _languages() -> list[str]:
    """The active language, then the shop's own; a text missing in both is shown as it was first written."""
    known = dict(settings.LANGUAGES)
    return [code for code in dict.fromkeys([get_language() or "", settings.LANGUAGE_CODE]) if code in known]


def _worded(
    unit: str, kind: str, text: str | None, number: int | None, decimal: float | None, flag: bool | None, day: date | None
) -> str:
    if kind in ("integer", "float"):
        figure = number if kind == "integer" else decimal
        return "" if figure is None else f"{number_format(figure)}{NO_BREAK}{unit}".rstrip(NO_BREAK)
    if kind == "boolean":
        return "" if flag is None else (_("yes") if flag else _("no"))
    if kind == "date":
        return date_format(day) if day else ""
    return text or ""
