"""What pages behind signed links have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from feedback import links

View = Callable[..., HttpResponse]


def by_link(view: View) -> View:
    """A link that is not good is answered with 404, in the same words whatever is wrong; one that is too old says so."""

    @wraps(view)
    def page(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
        try:
            return view(request, token, **more)
        except links.TooOld:
            return render(request, "feedback/link.html", {"is_old": True}, status=404)
        except links.NotGood:
            return render(request, "feedback/link.html", {"is_old": False}, status=404)

    return page
