"""Mails about a case: answers to the customer, and a word to staff when somebody has written."""

from email.utils import parseaddr

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime

from feedback import links, reply_address
from feedback.models import Case, Entry
from shop.content import identity
from shop.mail import outbox
from shop.mail.models import Message

TO_STAFF = "case_written"
QUOTED = 3  # of what was said before, in an answer


def send_reply(case: Case, entry: Entry) -> Message:
    """The answer to the customer, with the words before it and a link to the page where they can write back."""
    answers_to = reply_address.of(case, entry.created_at)
    said = case.entries.filter(kind__in=(Entry.Kind.FROM_CUSTOMER, Entry.Kind.TO_CUSTOMER)).exclude(pk=entry.pk)
    context = {
        "reference": case.reference,
        "subject": case.subject,
        "name": case.name,
        "text": entry.text,
        "url": links.url(links.CASE, case),
        "mark": reply_address.MARK if answers_to else "",
        "before": [
            {
                "is_ours": row.kind == Entry.Kind.TO_CUSTOMER,
                "text": row.text,
                "written_at": f"{localtime(row.created_at):%Y-%m-%d %H:%M}",
            }
            for row in said.order_by("-created_at", "-pk")[:QUOTED]
        ],
    }
    return outbox.send(
        "case_reply", case.customer, context, key=str(entry.pk), language=case.language, to=case.email, reply_to=answers_to
    )


def tell_staff(case: Case, text: str, *, key: str = "") -> Message:
    """Whoever looks after the case hears that the customer wrote; without an owner who still works here, the shop's own
    mailbox."""
    context = {
        "reference": case.reference,
        "name": case.name or case.email,
        "email": case.email,
        "order_number": case.order_number,
        "text": text,
        "spoken": dict(settings.LANGUAGES).get(case.language, case.language),
        "url": outbox.absolute(reverse("admin:feedback_case_change", args=[case.pk])),
    }
    is_here = case.owner is not None and case.owner.is_active and case.owner.is_staff
    to = case.owner.email if case.owner and is_here else identity.shop().email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return outbox.send(TO_STAFF, None, context, key=key or f"case {case.pk}", language=settings.LANGUAGE_CODE, to=to)


def to_staff_about(cases: QuerySet[Case]) -> Q:
    """The words to staff about these cases, which repeat what the customer wrote."""
    keys = [f"case {pk}" for pk in cases.values_list("pk", flat=True)]
    keys += [str(pk) for pk in Entry.objects.filter(case__in=cases).values_list("pk", flat=True)]
    return Q(kind=TO_STAFF, key__in=keys)
