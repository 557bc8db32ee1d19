"""The page behind the links of the mail that asks whether an account shall move."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.customers.models import Customer
from shop.mail import moving


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, since mail scanners open every link; act on POST."""
    try:
        address = moving.asked_by(token)
    except moving.BadLink:
        return render(request, "storefront/mail_move.html", {"step": "bad_link"}, status=404)
    customer = Customer.objects.filter(user=address.user_id).first()
    with translation.override((customer and customer.language) or translation.get_language()):
        said = request.POST.get("answer")
        if said == "yes":
            moving.agree(request, address)
        elif said == "no":
            moving.refuse(request, address)
        step = said if said in ("yes", "no") else "ask"
        return render(
            request, "storefront/mail_move.html", {"step": step, "address": address, "is_refusal": "no" in request.GET}
        )
