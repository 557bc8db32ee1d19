"""Where a form sends the shopper back to."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def of(request: HttpRequest, otherwise: str) -> str:
    """The path that the form names in `next`, never another site's; else the address called `otherwise`."""
    path = request.POST.get("next", "")
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else reverse(otherwise)
