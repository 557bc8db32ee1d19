"""Segments as those a promotion is for. One query reads the rules, one says in which of them somebody is."""

import json
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from django.db.models import Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Segment
from campaigns.segments import CannotRead, matching, rules
from shop.customers.models import Customer
from shop.pricing import groups


class Segments(groups.Kind):
    code, name = "segment", _("Segment")

    def named(self) -> dict[str, str]:
        return {str(pk): name for pk, name in Segment.objects.values_list("pk", "name")}

    def of(self, customer: Customer, ids: Collection[str]) -> set[str]:
        arms = [
            Customer.objects.known().filter(one, pk=customer.pk).order_by().annotate(segment=Value(pk)).values_list("segment")
            for pk, one in _filters(ids).items()
        ]
        return {pk for (pk,) in arms[0].union(*arms[1:], all=True)} if arms else set()

    def customers(self, group_id: str) -> QuerySet[Customer]:
        found = _filters([group_id]).get(group_id)
        return Customer.objects.known().filter(found) if found is not None else Customer.objects.none()

    def reasons(self, ids: Collection[str]) -> dict[str, str]:
        # What a segment is called is between the marketer and the shop.
        return dict.fromkeys(_filters(ids), gettext("It is for some of our customers."))


def _filters(ids: Collection[str]) -> dict[str, Q]:
    """The rules of these segments as filters; those that cannot be read are left out: nobody is in them."""
    # All of them, because they may name each other.
    written = {str(pk): json.dumps(said) for pk, said in Segment.objects.order_by("pk").values_list("pk", "rules")}
    all_of_them = hash(tuple(written.items()))
    minute = timezone.now().replace(second=0, microsecond=0)
    found = {pk: _filter(written[pk], all_of_them, minute) for pk in ids if pk in written}
    return {pk: one for pk, one in found.items() if one is not None}


@lru_cache(maxsize=256)
def _filter(said: str, all_of_them: int, minute: datetime) -> Q | None:
    """Rules as a filter, made once a minute: looking up what they name takes queries of its own."""
    try:
        return matching.condition_of(rules.read(json.loads(said)), minute)
    except CannotRead:
        return None


groups.register(Segments())
