"""What somebody looked at lately: ids in a signed cookie of their own browser, nowhere else."""

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

COOKIE, SALT = "seen", "storefront.seen"
KEPT = 12
MONTH = 30 * 24 * 3600


def recently(request: HttpRequest) -> list[int]:
    """Ids of products, the last first; empty for a forged cookie."""
    try:
        text = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=MONTH)
        return [int(part) for part in str(text).split(".") if part][:KEPT]
    except (BadSignature, ValueError):
        return []


def remember(request: HttpRequest, response: HttpResponse, product_id: int) -> None:
    """Put a product in front; nothing is written when it is there already."""
    before = recently(request)
    if before[:1] == [product_id]:
        return
    ids = [product_id, *(one for one in before if one != product_id)][:KEPT]
    text = ".".join(map(str, ids))
    response.set_signed_cookie(
        COOKIE, text, salt=SALT, max_age=MONTH, httponly=True, samesite="Lax", secure=request.is_secure()
    )
