"""Where a form sends the shopper back to."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def here(request: HttpRequest) -> str:
    """The path of the page the shopper is on, also where htmx asks for a part of it."""
    try:
        page = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    except ValueError:  # what the browser says is not an address
        page = None
    return str(page or request.get_full_path())


def of(request: HttpRequest, otherwise: str) -> str:
    """The path that the form names in `next`, never another site's; else the address called `otherwise`."""
    path = request.POST.get("next", "")
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else reverse(otherwise)
