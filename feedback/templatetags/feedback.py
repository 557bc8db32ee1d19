"""How answers look on pages."""

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString

from feedback import score_chart
from feedback.questions import FACES
from feedback.scores import Score

register = template.Library()


@register.filter
def of(values: "Mapping[int, str]", key: int) -> str:
    """What a mapping holds for a key."""
    return values.get(key, "")


@register.filter
def face(_label: object, number: int) -> str:
    """The face that stands for an answer of 1 to 5."""
    return FACES[int(number) - 1] if 1 <= int(number) <= len(FACES) else ""


@register.filter
def bar(share: Score) -> SafeString:
    """A share as a lying bar with its interval."""
    return score_chart.share(share)
