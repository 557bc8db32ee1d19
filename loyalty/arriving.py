"""Whose link brought a browser here: a signed cookie, read where an order is written."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "friend"
LIFETIME = timedelta(days=30)
_SALT = "loyalty.friend"

_code: ContextVar[str] = ContextVar("friend", default="")


def code() -> str:
    """The code that this request's browser came with; empty outside of requests."""
    return _code.get()


def remember(response: HttpResponse, code: str) -> None:
    """Let this browser's first order count for whoever has the code."""
    response.set_cookie(
        COOKIE,
        signing.dumps(code, salt=_SALT),
        max_age=LIFETIME,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


class Middleware:
    """Makes the code known to what runs below the view, such as the placing of an order."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if COOKIE not in request.COOKIES:
            return self.get_response(request)
        token = _code.set(_read(request.COOKIES[COOKIE]))
        try:
            return self.get_response(request)
        finally:
            _code.reset(token)


def _read(cookie: str) -> str:
    try:
        return str(signing.loads(cookie, salt=_SALT, max_age=LIFETIME))
    except signing.BadSignature:
        return ""
