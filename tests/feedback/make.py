"""Things of feedback, made through the doors that the app itself goes through."""

from datetime import timedelta

from django.utils import timezone

from feedback import links, surveys
from feedback.models import Invitation, Question, Survey
from shop.customers import consent
from shop.customers.models import Consent, Customer
from shop.forks.order.models import Order
from shop.orders import fulfilment
from tests import make


def survey(kind: str = "nps", *kinds: str, is_on: bool = True, **fields: object) -> Survey:
    """A survey with the question that gives its score, and more questions of these kinds."""
    made = Survey.objects.create(name=f"{kind} survey", kind=kind, title_en="How was it?", **fields)
    first = () if kind == "free" else (kind,)
    for place, one in enumerate((*first, *kinds)):
        question(made, one, place)
    if is_on:
        surveys.switch_on(made)
    return made


def question(survey: Survey, kind: str, position: int = 9) -> Question:
    options = "Tea\nPacking\nPrice" if kind in ("choice", "multiple") else ""
    return Question.objects.create(survey=survey, kind=kind, text_en=f"About {kind}?", options_en=options, position=position)


def agreeing(email: str = "", **fields: object) -> Customer:
    """Somebody who may be asked."""
    person = make.customer(email, **fields)
    consent.give(person, Consent.Topic.SURVEYS, source=Consent.Source.CHECKOUT)
    return person


def delivered_order(*products: object, email: str = "", **fields: object) -> Order:
    """A paid order that has arrived, of somebody who may be asked."""
    person = agreeing(email)
    order = make.paid_order(*products, email=person.email, **fields)
    fulfilment.ship(order, {line.pk: line.quantity for line in order.lines.all()})
    fulfilment.deliver(Order.objects.get(pk=order.pk))
    return Order.objects.get(pk=order.pk)


def invitation(survey: Survey | None = None, customer: Customer | None = None, **fields: object) -> Invitation:
    """Somebody who was asked just now."""
    now = timezone.now()
    times = {"due_at": now, "sent_at": now, "expires_at": now + timedelta(days=30), "state": Invitation.State.SENT}
    who = customer or agreeing()
    return Invitation.objects.create(survey=survey or globals()["survey"](), customer=who, **{**times, **fields})


def link(invitation: Invitation) -> str:
    """The path of the link in the mail."""
    return f"/survey/{links.token(links.SURVEY, invitation)}/"


def first_of(invitation: Invitation) -> str:
    """The name of the first question's field."""
    return f"q{invitation.survey.questions.first().pk}"
