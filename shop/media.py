"""Uploaded files, for shops without a web server of their own in front. A proxy may answer /media/ instead."""

import errno

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views import static

WEEK = 7 * 24 * 3600


def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file, to be kept for a week. Never shown as a page of the shop, whatever it claims to be."""
    try:
        answer = static.serve(request, name, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        raise Http404 from error  # no file of ours has a name that long
    if isinstance(answer, FileResponse):
        patch_cache_control(answer, public=True, max_age=WEEK)
        answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer
