"""Search fields of the admin: every word somewhere, in any case and any alphabet."""

from collections.abc import Iterable

from django.db.models import Q


def anywhere(word: str, columns: Iterable[str]) -> Q:
    """The word in one of the columns.

    In the ways people write it: a database without a locale knows the small and large letters of English only.
    """
    found = Q()
    for spelling in {word, word.lower(), word.upper(), word.capitalize()}:
        for column in columns:
            found |= Q(**{f"{column}__icontains": spelling})
    return found
