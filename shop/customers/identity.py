"""Who is asking: the account, else the person who left an address on this browser before."""

from datetime import timedelta
from typing import cast

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from shop.customers.models import Customer, User

COOKIE = "visitor"
LIFETIME = timedelta(days=365)
_SALT = "customers.identity"
_UNKNOWN = object()


def of(request: HttpRequest) -> Customer | None:
    """The person behind a request, `None` for a stranger.

    The cookie only says which address somebody typed here, so this is good for writing down what happened and for greeting
    nobody by name. What may show orders, points or an address asks `proven` instead.
    """
    found = getattr(request, "_customer", _UNKNOWN)
    if found is _UNKNOWN:
        found = _of_account(request) or _of_cookie(request)
        request._customer = found  # type: ignore[attr-defined]
    return cast("Customer | None", found)


def proven(request: HttpRequest) -> Customer | None:
    """The person behind a request if they logged in and their address is confirmed: their whole history is theirs to see."""
    customer = of(request)
    return customer if customer and request.user.is_authenticated and customer.user_id == request.user.pk else None


def remember(request: HttpRequest, response: HttpResponse, customer: Customer) -> None:
    """Let this browser be known as the person who has just typed their address in it."""
    request._customer = customer  # type: ignore[attr-defined]
    response.set_cookie(
        COOKIE,
        signing.dumps(customer.uid.hex, salt=_SALT),
        max_age=LIFETIME,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Make this browser a stranger's again: at logout, for the next person who sits down."""
    request._customer = None  # type: ignore[attr-defined]
    response.delete_cookie(COOKIE, samesite="Lax")


def _of_account(request: HttpRequest) -> Customer | None:
    user = getattr(request, "user", None)
    return Customer.objects.for_user(cast("User", user)) if user and user.is_authenticated else None


def _of_cookie(request: HttpRequest) -> Customer | None:
    try:
        uid = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LIFETIME)
        return Customer.objects.by_uid(uid)
    except (signing.BadSignature, Customer.DoesNotExist):
        return None
