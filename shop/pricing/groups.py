"""Groups of people that apps above know, as those a promotion is for: a tier that was reached, a segment.

A promotion names one by its key, “tier:3”: the kind's code and what the kind calls it. A group that is gone has nobody in it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from shop.customers.models import Customer
from shop.forks.offer.models import ConditionalOffer


class Kind:
    """One kind of group. `ids` are of this kind, without its code."""

    code: str
    name: Promise | str

    def named(self) -> Mapping[str, str]:
        """All there are to choose from: id -> name, as staff read it."""
        raise NotImplementedError

    def of(self, customer: Customer, ids: Collection[str]) -> set[str]:
        """Those that the person is in. In a number of queries that does not depend on how many are asked for."""
        raise NotImplementedError

    def customers(self, group_id: str) -> QuerySet[Customer]:
        """Everybody who is in it."""
        raise NotImplementedError

    def reasons(self, ids: Collection[str]) -> Mapping[str, str]:
        """id -> a sentence for shoppers: for whom it is. It must not tell how the shop sorts its customers.

        Without those that are gone: nobody may be told that logging in would help. One query at most, as for `of`.
        """
        raise NotImplementedError


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Offer the groups of an app to promotions."""
    _kinds[kind.code] = kind


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """All groups of all kinds, for a form: the kind's name, and its groups by key."""
    found = [(kind, kind.named()) for kind in _kinds.values()]
    return [(str(kind.name), [(_key(kind, pk), name) for pk, name in some.items()]) for kind, some in found if some]


def names(keys: Iterable[str]) -> dict[str, str]:
    """As staff read them, without those that are gone. Each kind that is named is asked once."""
    named = [(kind, ids, kind.named()) for kind, ids in _by_kind(keys)]
    return {_key(kind, pk): f"{kind.name}: {known[pk]}" for kind, ids, known in named for pk in ids if pk in known}


def name_of(key: str) -> str:
    """As staff read it; empty where there is no such group (any more)."""
    return names([key]).get(key, "")


def reasons(keys: Iterable[str]) -> dict[str, str]:
    """Sentences for shoppers, without those of groups that are gone. Each kind that is named is asked once."""
    return {_key(kind, pk): text for kind, ids in _by_kind(keys) for pk, text in kind.reasons(ids).items() if text}


def of(customer: Customer, keys: Iterable[str]) -> set[str]:
    """Those of the groups that the person is in: each kind that is named is asked once."""
    return {_key(kind, group_id) for kind, ids in _by_kind(keys) for group_id in kind.of(customer, ids)}


def used_by(keys: Iterable[str]) -> QuerySet[ConditionalOffer]:
    """Promotions for these groups, drafts too, that are not over: whose app deletes a group asks before."""
    rows = ConditionalOffer.objects.filter(audience__in=list(keys))
    return rows.filter(Q(end_datetime=None) | Q(end_datetime__gt=timezone.now())).order_by("pk")


def customers(key: str) -> QuerySet[Customer]:
    """Everybody in a group."""
    found = [kind.customers(group_id) for kind, ids in _by_kind([key]) for group_id in ids]
    return found[0] if found else Customer.objects.none()


def _by_kind(keys: Iterable[str]) -> list[tuple[Kind, set[str]]]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        code, _colon, group_id = key.partition(":")
        wanted[code].add(group_id)
    return [(kind, wanted[code]) for code, kind in _kinds.items() if code in wanted]


def _key(kind: Kind, group_id: str) -> str:
    return f"{kind.code}:{group_id}"
