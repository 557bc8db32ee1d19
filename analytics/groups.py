"""The people of any list behind a figure, as a group that segments can ask for."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import forms
from analytics.lists import LISTS, List
from analytics.words import in_words
from shop.customers import groups
from shop.customers.groups import NoSuchGroup, Parameters
from shop.customers.models import Customer

KEY = "insights_list"


def people(parameters: Parameters, today: date) -> QuerySet[Customer]:
    """Who is behind the list today. A period that moves on, as the last thirty days, does so here too."""
    listed, question = _asked(parameters, today)
    rows = listed.rows(question.period, question.part).order_by()
    return Customer.objects.filter(pk__in=rows.values(listed.kind.people))


def words(parameters: Parameters) -> str:
    """As “Customers who ordered at least twice: Last 30 days, Paid ads”."""
    listed, question = _asked(parameters, date.today())  # noqa: DTZ011  the words of a period that moves have no days in them
    return f"{listed.label}: {', '.join(in_words(question))}"


def _asked(parameters: Parameters, today: date) -> tuple[List, Any]:
    listed = LISTS.get(parameters.get("list", ""))
    if listed is None or not listed.kind.people:
        raise NoSuchGroup(_("The list that was chosen here is gone."))
    question = forms.of_list(listed, parameters, today)
    if question.form.errors:
        raise NoSuchGroup(_("The days or the part of the shop that were chosen here make no sense."))
    return listed, question


groups.declare(groups.Group(KEY, gettext_lazy("a group from the figures"), people, words))
