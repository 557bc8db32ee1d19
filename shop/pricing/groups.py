"""Groups of people that apps above know, as those a promotion is for: a tier that was reached, a segment.

A promotion names one by its key, “tier:3”: the kind's code and what the kind calls it. A group that is gone has nobody in it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet
from django.utils.functional import Promise

from shop.customers.models import Customer


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

    def reason(self, group_id: str) -> str:
        """A sentence for shoppers: for whom it is. It must not tell how the shop sorts its customers."""
        raise NotImplementedError


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Offer the groups of an app to promotions."""
    _kinds[kind.code] = kind


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """All groups of all kinds, for a form: the kind's name, and its groups by key."""
    found = [(kind, kind.named()) for kind in _kinds.values()]
    return [(str(kind.name), [(_key(kind, pk), name) for pk, name in some.items()]) for kind, some in found if some]


def name_of(key: str) -> str:
    """As staff read it; empty where there is no such group (any more)."""
    kind, group_id = _split(key)
    name = kind.named().get(group_id, "") if kind else ""
    return f"{kind.name}: {name}" if kind and name else ""


def reason(key: str) -> str:
    """A sentence for shoppers, empty where the group is gone."""
    kind, group_id = _split(key)
    return kind.reason(group_id) if kind else ""


def of(customer: Customer, keys: Iterable[str]) -> set[str]:
    """Those of the groups that the person is in: each kind that is named is asked once."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        code, _colon, group_id = key.partition(":")
        wanted[code].add(group_id)
    asked = [(kind, wanted[code]) for code, kind in _kinds.items() if code in wanted]
    return {_key(kind, group_id) for kind, ids in asked for group_id in kind.of(customer, ids)}


def customers(key: str) -> QuerySet[Customer]:
    """Everybody in a group."""
    kind, group_id = _split(key)
    return kind.customers(group_id) if kind else Customer.objects.none()


def _key(kind: Kind, group_id: str) -> str:
    return f"{kind.code}:{group_id}"


def _split(key: str) -> tuple[Kind | None, str]:
    code, _colon, group_id = key.partition(":")
    return _kinds.get(code), group_id
