"""What a page or list is narrowed to, as people say it."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics import figures, periods, showing, sums
from analytics.forms import Asked
from analytics.metrics import Unit
from analytics.models import Channel, Device, Group, Step
from analytics.narrowing import Narrow
from shop.forks.catalogue.models import Product
from shop.orders.showing import country_name


def in_words(question: Asked) -> list[str]:
    """The days and the part of the shop."""
    preset = question.said.get("period")
    if preset in periods.PRESETS:
        return [str(periods.PRESETS[preset]), *part_in_words(question)]
    return [*([showing.span(question.period)] if preset else []), *part_in_words(question)]


def part_in_words(question: Asked) -> list[str]:
    """The part of the shop alone; nothing of all of it."""
    part, said = question.part, []
    if part.channel:
        said.append(str(Channel(part.channel).label))
    if part.country:
        said.append(country_name(part.country))
    if part.is_first is not None:
        said.append(str(figures.NEW_AND_LATER[part.is_first]))
    if part.currency != sums.Slice().currency:
        said.append(part.currency)
    return [*said, *_narrow(question)]


def _narrow(question: Asked) -> list[str]:
    narrow, said = question.part.narrow, []
    if narrow.cohort:
        said.append(_("first order in %(month)s") % {"month": date_format(narrow.cohort, "YEAR_MONTH_FORMAT")})
    if narrow.product:
        said.append(_product(narrow.product))
    if narrow.category:
        said.append(narrow.category if narrow.category != "-" else _("in no category"))
    for name, labels in (("device", Device), ("step", Step), ("group", Group)):
        if key := getattr(narrow, name):
            said.append(str(labels(key).label))
    said += [text for text in (narrow.source, narrow.campaign, narrow.landing) if text]
    said += [_chosen(question, name) for name in ("rule", "known") if getattr(narrow, name)]
    return [*said, *_of_buyers(question)]


def _of_buyers(question: Asked) -> list[str]:
    narrow, said = question.part.narrow, []
    if narrow.recency:
        said.append(_("how lately %(number)s of 5") % {"number": narrow.recency})
    if narrow.weight:
        said.append(_("how much %(number)s of 5") % {"number": narrow.weight})
    if narrow.was:
        before = Group(narrow.was).label if narrow.was in Group.values else _("not a buyer")
        said.append(_("last month: %(group)s") % {"group": before})
    if narrow.moved:
        said.append(_("has come to the group since last month") if narrow.moved == "came" else _("has left the group"))
    if narrow.of:
        said.append(f"{_chosen(question, 'of')} {_bounds(narrow)}")
    if narrow.days:
        said.append(_("ordered on so many days: %(number)s") % {"number": narrow.days})
    return said


def _chosen(question: Asked, name: str) -> str:
    return str(dict(question.form.fields[name].choices)[getattr(question.part.narrow, name)])  # type: ignore[attr-defined]


def _bounds(narrow: Narrow) -> str:
    unit = Unit.MONEY if narrow.of == "value" else Unit.SHARE
    low, high = (
        "" if end is None else showing.tick(end if narrow.of == "value" else end / 100, unit)
        for end in (narrow.low, narrow.high)
    )
    return f"{low} – {high}"


def _product(pk: int) -> str:
    found = Product.objects.filter(pk=pk).first()
    return str(found.get_title()) if found else _("a product that is gone")
