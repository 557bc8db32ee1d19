"""Reviewing everything in an order on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from feedback import links, reviewing
from feedback.review_forms import NameForm, has_too_many_photos, parts_of
from feedback.views import passing


@csrf_exempt  # the link is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@passing.by_link
def reviews(request: HttpRequest, token: str) -> HttpResponse:
    """A form for each thing; those without stars are left out. A click in the mail only chooses."""
    asked = links.review_request(token)
    with translation.override(asked.order.language or get_language()):
        data = request.POST if request.method == "POST" else None
        too_many = has_too_many_photos(request.FILES)
        parts = parts_of(asked, data, None if too_many or data is None else request.FILES, request.GET)
        name = NameForm(data, initial={"name": asked.customer.first_name})
        if too_many and data is not None:
            name.add_error(None, _("At most twelve photos in one go, please. Send the others afterwards."))
        is_valid = all([name.is_valid(), *(part.form.is_valid() for part in parts)])
        written = [(part.line, part.form) for part in parts if is_valid and part.form.is_given]
        if written:
            reviewing.keep(asked, written, name.cleaned_data["name"], timezone.now())
            return redirect("feedback:reviews-thanks", token=token)
        context = {"asked": asked, "parts": parts, "name": name, "is_empty": is_valid}
        return render(request, "feedback/reviews.html", context, status=422 if data is not None else 200)


@never_cache
@require_safe
@passing.by_link
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """The last page."""
    asked = links.review_request(token)
    with translation.override(asked.order.language or get_language()):
        return render(request, "feedback/reviews_thanks.html", {"token": token, "asked": asked})
