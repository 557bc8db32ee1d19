"""What people write in the contact form."""

from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from shop.content import identity
from shop.content.models import Enquiry
from shop.mail import outbox


@transaction.atomic
def receive(*, name: str, email: str, order_number: str, text: str, language: str) -> Enquiry:
    """Keep what was written and tell the shop's people by mail."""
    enquiry = Enquiry.objects.create(name=name, email=email, order_number=order_number, text=text, language=language)
    outbox.send(
        "enquiry",
        None,
        {
            "name": name,
            "email": email,
            "order_number": order_number,
            "text": text,
            "spoken": dict(settings.LANGUAGES).get(language, language),
            "written_at": f"{localtime(enquiry.created_at):%Y-%m-%d %H:%M}",
            "url": outbox.absolute(f"/admin/content/enquiry/{enquiry.pk}/change/"),
        },
        key=str(enquiry.pk),
        language=settings.LANGUAGE_CODE,
        to=identity.shop().email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    )
    return enquiry
