"""The contact form: what is written becomes a case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from feedback import cases
from feedback.forms import ContactForm
from shop.content.models import CONTACT, Page
from shop.storefront import limits
from shop.storefront.shopping import ShopRequest


def contact(request: ShopRequest) -> HttpResponse:
    """Five messages an hour from one place."""
    form = ContactForm(request.POST or None, initial=_known_of(request))
    if request.method == "POST" and form.is_valid():
        if form.is_from_a_robot:
            return redirect("contact")
        if limits.is_spent("contact", limits.address_of(request), tries=5, seconds=3600):
            form.add_error(
                None, _("These were many messages in a short time. Please write again in an hour, or send us an e-mail.")
            )
        else:
            cases.from_form(**form.words(), language=get_language() or "", now=timezone.now())
            messages.success(request, _("Thank you. We have your message and answer within two working days."))
            return redirect("contact")
    words = Page.objects.published().filter(slug=CONTACT).first()
    return render(request, "storefront/contact.html", {"form": form, "words": words}, status=422 if form.errors else 200)


def _known_of(request: ShopRequest) -> dict[str, str]:
    user = request.user
    return {"email": user.email, "name": user.get_full_name()} if user.is_authenticated else {}
