"""What this app holds about a person: handed over, forgotten, and joined when two rows become one."""

import base64
from typing import Any

from feedback import case_letters
from feedback.models import Answer, Case, Enclosure, Entry, Invitation, ReviewRequest, Standing
from shop.customers import merging, privacy
from shop.customers.models import Customer
from shop.mail.models import Message


@privacy.exports("survey answers")
def _answers(customer: Customer) -> Any:
    rows = Answer.objects.filter(response__invitation__customer=customer).select_related("question", "response")
    return [
        {"question": row.question.text, "answer": row.shown, "answered": row.response.answered_at}
        for row in rows.order_by("response__answered_at", "question__position")
    ]


@privacy.exports("questions asked")
def _asked(customer: Customer) -> Any:
    surveys = customer.invitations.sent().order_by("pk").values("survey__name", "order__number", "sent_at", "reminded_at")
    reviews = customer.review_requests.sent().order_by("pk").values("order__number", "sent_at", "reminded_at")
    return {"surveys": list(surveys), "reviews": list(reviews)}


@privacy.exports("conversations")
def _conversations(customer: Customer) -> Any:
    """Notes that staff wrote about the person are about them as well."""
    return [
        {
            "reference": case.reference,
            "subject": case.subject,
            "opened": case.opened_at,
            "said": list(case.entries.order_by("pk").values("kind", "text", "created_at")),
            "files": [_file(one) for one in Enclosure.objects.filter(entry__case=case)],
        }
        for case in customer.cases.prefetch_related("entries").order_by("pk")
    ]


def _file(one: Enclosure) -> dict[str, Any]:
    """With its content: this file is the only way in which it is handed over."""
    kept = base64.b64encode(bytes(one.content)).decode() if one.content else None
    return {"name": one.name, "kind": one.kind, "why_not_kept": one.why_not, "content_base64": kept}


@privacy.erases("feedback")
def _forget(customer: Customer) -> None:
    """Scores stay, for sums must not change; every word that was written goes, and what was not sent yet stays unsent."""
    Answer.objects.filter(response__invitation__customer=customer).update(text="")
    cases = Case.objects.filter(customer=customer)
    to_staff = Message.objects.filter(case_letters.to_staff_about(cases))
    to_staff.filter(state=Message.State.QUEUED).update(state=Message.State.WITHHELD, reason="The customer was erased.")
    to_staff.update(subject="", text="", html="")
    Entry.objects.filter(case__in=cases).update(text="–")
    Enclosure.objects.filter(entry__case__in=cases).delete()
    cases.update(name="", email="", subject="–", order_number="")
    for waiting in (Invitation, ReviewRequest):
        waiting.objects.filter(customer=customer, state=waiting.State.WAITING).delete()


@merging.rule("feedback.Standing")
def _join(kept: Customer, other: Customer) -> None:
    """What it says is worked out anew once everything has changed hands (handlers.py)."""
    Standing.objects.filter(customer=other).delete()
