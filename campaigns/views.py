"""Ways from elsewhere to campaigns."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe


@require_safe
def segment_from(request: HttpRequest) -> HttpResponse:
    """`?fact=…&question=…&value=…`: a new segment with these conditions, for whoever may make one."""
    return HttpResponseRedirect(f"{reverse('admin:campaigns_segment_add')}?{request.GET.urlencode()}")
