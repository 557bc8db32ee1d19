"""The merchant's synonyms, as the search asks for them."""

from collections import defaultdict
from functools import lru_cache

from shop.search.language import spoken, stem
from shop.search.models import Synonym

Phrase = tuple[str, ...]  # stems


@lru_cache(maxsize=16)
def known(language: str, stamp: str) -> dict[Phrase, list[Phrase]]:
    """What somebody says -> what is looked for besides, as stems; read once for each stamp."""
    found: dict[Phrase, list[Phrase]] = defaultdict(list)
    for row in Synonym.objects.filter(language=language):
        said, meant = _phrases(row.said, language), _phrases(row.meant, language)
        pairs = [(one, other) for one in said for other in meant]
        if row.is_mutual:
            everything = [*said, *meant]
            pairs = [(one, other) for one in everything for other in everything]
        for one, other in pairs:
            if one != other and other not in found[one]:
                found[one].append(other)
    return dict(found)


def _phrases(value: str, language: str) -> list[Phrase]:
    phrases = (tuple(stem(word, language) for word in spoken(part)) for part in value.split(","))
    return [phrase for phrase in phrases if phrase]
