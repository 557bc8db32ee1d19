"""`{% load filters %}{% choices facet.at_sight %}`"""

from collections.abc import Iterable

from django import template
from django.utils.formats import localize
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from shop.search.facets import Choice

register = template.Library()

# In Python: a list has up to some hundreds of these, and as a template they were a third of the page's time.
_CHOICE = (
    '<label class="choice{}"><input type="checkbox" id="{}" name="{}" value="{}"{}>'
    '<span>{}</span><span class="count">{}</span></label>'
)


@register.simple_tag
def choices(some: Iterable[Choice]) -> SafeString:
    """Boxes to tick; what would leave nothing is greyed out."""
    return format_html_join("", _CHOICE, (_parts(choice) for choice in some))


def _parts(choice: Choice) -> tuple[str, ...]:
    greyed, ticked = "" if choice.count else " is-out", " checked" if choice.is_chosen else ""
    return greyed, choice.pk, choice.parameter, choice.value, ticked, choice.name, localize(choice.count)
