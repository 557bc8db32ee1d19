"""Files of conversations on their way to a browser: for whom they are is checked before, what they are is said here."""

from django.db.models import Prefetch
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from feedback.models import Enclosure

MOST = 2**63  # ids that a database can ask for are below it


def named() -> "Prefetch[str]":
    """The files of entries without what is in them."""
    return Prefetch("enclosures", queryset=Enclosure.objects.defer("content"))


def answer(enclosure: Enclosure) -> HttpResponse:
    """A picture is shown, a PDF file is handed over; neither may run anything, or be kept by anybody in between."""
    if enclosure.content is None:
        return HttpResponse(status=404)
    response = HttpResponse(bytes(enclosure.content), content_type=enclosure.kind)
    is_handed_over = enclosure.kind != Enclosure.Kind.PICTURE
    response["Content-Disposition"] = str(content_disposition_header(is_handed_over, enclosure.name))
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
