"""Uploaded files, for shops without a web server of their own in front. A proxy may answer /media/ instead."""

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views import static

WEEK = 7 * 24 * 3600


def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file, to be kept for a week. Never shown as a page of the shop, whatever it claims to be."""
    answer = static.serve(request, name, document_root=str(settings.MEDIA_ROOT))
    if isinstance(answer, FileResponse):
        patch_cache_control(answer, public=True, max_age=WEEK)
        answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer
