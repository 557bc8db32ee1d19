"""What every request gets: an id that all its log lines carry, and a content security policy. And what none may hold."""

import uuid
from collections.abc import Callable

import structlog
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]
_PARTS_OF_DATES = {"year", "month", "day"}  # as they stand in the address of a list: date_placed__month


class RequestIdMiddleware:
    """Take the proxy's `X-Request-ID` or make one; answer with it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if given.isascii() and given.replace("-", "").isalnum() and len(given) <= 64 else uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        response["X-Request-ID"] = request_id
        return response


class NulMiddleware:
    """No address and no cookie of ours holds a NUL byte, and PostgreSQL takes none: such an address is refused, such a cookie
    is not there. Forms answer for themselves.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            raise BadRequest("a NUL byte in the address")
        if request.path.startswith("/admin/") and any(_asks_in_vain(*asked) for asked in request.GET.lists()):
            raise BadRequest("no list can be narrowed by this")
        if any("\0" in value for value in request.COOKIES.values()):  # cookies may spell it: "\\000"
            request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        return self.get_response(request)


def _asks_in_vain(name: str, values: list[str]) -> bool:
    """The admin's lists hand what stands in their address to the database, and dates to the calendar, as they are."""
    has_nul = any("\0" in text for text in (name, *values))
    is_of_a_date = not _PARTS_OF_DATES.isdisjoint(name.split("__")[1:])
    return has_nul or (is_of_a_date and any(len(value) > 4 for value in values))


class ContentSecurityMiddleware(CSPMiddleware):  # type: ignore[misc]
    """The strict policy for the shop, the theme's own needs for the admin."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith("/admin/"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY  # type: ignore[attr-defined]
        return super().process_response(request, response)  # type: ignore[no-any-return]
