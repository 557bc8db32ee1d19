"""Groups of customers that an app can name: each declared once, with parameters, asked anew whenever somebody wants to know.

Segments take them as conditions. Facts are of one customer; a group is what only its owner can tell, as "ordered twice last
month". Keys are never renamed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shop.customers.models import Customer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Parameters = Mapping[str, str]
LONGEST = 1000  # characters of parameters, written as in an address
MOST = 30  # parameters


class NoSuchGroup(LookupError):
    """Nobody declares it (any more), or its parameters make no sense. Says so in the reader's language."""


@dataclass(frozen=True)
class Group:
    """`people` as of a day and `words` for staff both raise `NoSuchGroup` for parameters that mean nothing."""

    key: str
    label: "StrOrPromise"
    people: Callable[[Parameters, date], QuerySet[Customer]]
    words: Callable[[Parameters], str]


_groups: dict[str, Group] = {}


def declare(group: Group) -> None:
    """Make a group known; called from an app's `groups` module."""
    if group.key in _groups:
        raise ValueError(f"The group {group.key} is declared twice.")
    _groups[group.key] = group


def named(key: str) -> Group:
    """Raises `NoSuchGroup`."""
    try:
        return _groups[key]
    except KeyError as error:
        raise NoSuchGroup(_("Nobody knows the group that was chosen here any more.")) from error


def parameters(text: str) -> dict[str, str]:
    """What stands in an address or a kept condition. Raises `NoSuchGroup`."""
    try:
        found = dict(parse_qsl(text, max_num_fields=MOST)) if len(text) <= LONGEST else None
    except ValueError:
        found = None
    if found is None or any("\0" in part for pair in found.items() for part in pair):  # which no database takes
        raise NoSuchGroup(_("This is no group."))
    return found
