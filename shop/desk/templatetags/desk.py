"""What the desk's templates need beyond the theme's own tags."""

from django.template import Library
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

register = Library()


@register.filter
def landmarks(page: SafeString) -> SafeString:
    """The theme's page with its parts named for screen readers; the theme itself has no main part and no names.

    Its template cannot be extended there, and a copy of it would grow old.
    """
    named = page.replace('<div id="main" ', '<div id="main" role="main" ', 1)
    label = escape(gettext("Parts of the desk"))
    return mark_safe(named.replace('<nav id="nav-sidebar-inner" ', f'<nav id="nav-sidebar-inner" aria-label="{label}" ', 1))  # noqa: S308
