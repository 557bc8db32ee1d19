"""What went wrong, in the shop's own clothes and the shopper's language."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template

from shop.content.kept import known


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, also for a host that is not ours: nothing here may ask the request for its host."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(_request: HttpRequest) -> HttpResponse:
    """500: needs no database and no cache; the shop's name stands there if this process has met it before."""
    return HttpResponseServerError(get_template("500.html").render({"shop": known("shop")}))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: mostly a page left open for long, or cookies switched off."""
    return render(request, "403.html", {"is_expired_form": True}, status=403)
