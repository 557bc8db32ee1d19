"""A letter as mail, to look at: as any customer gets it, by day and by night, and in one's own mailbox."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext

from campaigns.letters import posting
from campaigns.models import Letter
from shop.customers.models import Customer, normalised
from shop.mail import outbox
from shop.mail.mailbox import MAIL_POLICY

NIGHT = "@media (prefers-color-scheme: dark)"


def framed(request: HttpRequest, content: dict[str, Any], language: str) -> HttpResponse:
    """The mail in a frame. `?customer=` an address, `?dark=1` at night; who may not see customers gets the samples."""
    asked = {**request.GET.dict(), **request.POST.dict()}
    sought = normalised(asked.get("customer", ""))[:254].replace("\0", "")
    may_see = request.user.has_perm("customers.view_customer")  # type: ignore[union-attr]
    customer = Customer.objects.known().filter(email=sought).first() if sought and may_see else None
    if sought and customer is None:
        words = gettext("No customer has the address %(address)s.") % {"address": sought}
        return _answer(f"<!doctype html><p style='font: 16px sans-serif; padding: 2rem'>{escape(words)}</p>")
    mail = posting.previewed(content, language, customer)
    page = mail.html.replace("<head>", '<head><base target="_blank">', 1)
    page = page.replace(NIGHT, "@media all" if asked.get("dark") else "@media not all")
    answer = _answer(page)
    answer["X-Subject"] = escape(mail.subject).encode("ascii", "xmlcharrefreplace").decode()
    return answer


def send_test(request: HttpRequest, letter: Letter, language: str) -> None:
    """The letter to oneself, with the samples of all facts in it."""
    address = request.user.email  # type: ignore[union-attr]
    mail = posting.previewed(letter.content, language, Customer.objects.filter(email=address).first())
    outbox.send_as_is(
        "letter_test",
        to=address,
        key=f"{letter.pk}:{timezone.now():%Y%m%d%H%M%S%f}",
        language=language,
        subject=gettext("Test: %(subject)s") % {"subject": mail.subject},
        text=mail.text,
        html=mail.html,
    )
    messages.success(request, gettext("A test is on its way to %(address)s.") % {"address": address})


def _answer(page: str) -> HttpResponse:
    response = HttpResponse(page)
    response["Content-Security-Policy"] = MAIL_POLICY
    return response
