"""Who is asked what, when, and why not; and how a survey changes without changing what was answered."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from feedback import conditions, letters, scores, wordings
from feedback.models import Case, Invitation, Question, Survey
from shop.customers.models import Customer
from shop.forks.order.models import Order
from shop.mail.models import Message
from shop.orders import statuses

# Whoever gives one of these is asked what went wrong; the others, what could be better.
LOW = {
    Survey.Kind.NPS: list(range(scores.LAST_DETRACTOR + 1)),
    Survey.Kind.CSAT: list(range(1, scores.LAST_UNHAPPY + 1)),
}
GONE = (statuses.CANCELLED, statuses.REFUNDED)


def invite(
    survey: Survey, customer: Customer, happened_at: datetime, *, order: Order | None = None, case: Case | None = None
) -> Invitation:
    """Note that this person is to be asked, so many days after what happened. Once for each order or case."""
    due_at = happened_at + timedelta(days=survey.days_after)
    invitation, _is_new = Invitation.objects.get_or_create(
        survey=survey, customer=customer, order=order, case=case, defaults={"due_at": due_at}
    )
    return invitation


def send_due(now: datetime) -> int:
    """Ask everybody whose time has come; returns how many. Any number of workers may do so at once."""
    count = 0
    while _send_next(now):
        count += 1
    return count


def remind_due(now: datetime) -> int:
    """Remind once whoever has not answered; returns how many were reminded."""
    count = 0
    while _remind_next(now):
        count += 1
    return count


def note_withheld(now: datetime) -> int:
    """Invitations whose mail was held back after all do not count as sent; returns how many."""
    return letters.note_withheld(Invitation.objects.sent().filter(response=None), letters.SURVEY, now)


def objection(invitation: Invitation, now: datetime) -> str:
    """Why this person is not to be asked now, in words for staff; empty when nothing speaks against it."""
    survey = invitation.survey
    if not survey.is_on:
        return gettext_noop("The survey was switched off.")
    if invitation.order and invitation.order.status in GONE:
        return gettext_noop("The order was cancelled or sent back.")
    if survey.moment == Survey.Moment.DELIVERED and Case.objects.open().filter(customer=invitation.customer_id).exists():
        return gettext_noop("A case with this customer is open.")
    since = now - timedelta(days=survey.silence_days)
    others = Invitation.objects.sent().filter(customer=invitation.customer_id).exclude(pk=invitation.pk)
    if others.filter(sent_at__gt=since).exists():
        return gettext_noop("The customer was asked something not long ago.")
    return ""


@transaction.atomic
def _send_next(now: datetime) -> bool:
    # Deliberately only the row itself: what hangs off it may be locked by whoever works on that customer.
    waiting = Invitation.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    invitation = waiting.select_related("survey", "customer", "order", "case").first()
    if invitation is None:
        return False
    Customer.objects.lock_for(invitation.customer)  # of two surveys due at once, the second sees the first
    why_not = objection(invitation, now)
    if not why_not:
        _start(invitation, now)
        message = letters.ask(invitation, key=str(invitation.pk))
        why_not = message.reason if message.state == Message.State.WITHHELD else ""
    invitation.state = Invitation.State.WITHHELD if why_not else Invitation.State.SENT
    invitation.why_not = why_not
    if why_not:
        invitation.sent_at = invitation.expires_at = invitation.remind_at = None
    invitation.save(update_fields=["state", "why_not", "sent_at", "expires_at", "remind_at"])
    return True


def _start(invitation: Invitation, now: datetime) -> None:
    """From now on the link is good, and the clock of the reminder runs."""
    survey = invitation.survey
    invitation.sent_at = now
    invitation.expires_at = now + timedelta(days=survey.days_open)
    invitation.remind_at = now + timedelta(days=survey.remind_after) if survey.remind_after else None


@transaction.atomic
def _remind_next(now: datetime) -> bool:
    waiting = Invitation.objects.to_remind(now).select_for_update(skip_locked=True, of=("self",))
    invitation = waiting.select_related("survey", "customer", "order", "case").first()
    if invitation is None:
        return False
    Invitation.objects.filter(pk=invitation.pk).update(reminded_at=now)
    if not objection(invitation, now) and letters.has_left(invitation, letters.SURVEY):
        letters.ask(invitation, key=f"{invitation.pk}/reminder", is_reminder=True)
    return True


@transaction.atomic
def copy(survey: Survey) -> Survey:
    """The next version, switched off, with the same questions: to be changed, and then to take the place of the other."""
    newest = Survey.objects.select_for_update().filter(family=survey.family).order_by("-version").first() or survey
    questions = list(survey.questions.all())
    made = Survey.objects.get(pk=survey.pk)
    made.pk, made.version, made.is_on = None, newest.version + 1, False
    made._state.adding = True
    made.save()
    copies: dict[int, Question] = {}
    for question in questions:
        copies[question.pk] = question
        question.pk, question.survey = None, made
        question.only_after = copies[question.only_after_id] if question.only_after_id else None
        question._state.adding = True
        question.save()
    return made


@transaction.atomic
def switch_on(survey: Survey) -> None:
    """Have this version asked from now on, in place of any other version of the same survey."""
    Survey.objects.filter(family=survey.family, is_on=True).exclude(pk=survey.pk).update(is_on=False)
    Survey.objects.filter(pk=survey.pk).update(is_on=True)
    # Who is waiting to be asked by the old version is asked by the new one.
    waiting = Invitation.objects.filter(state=Invitation.State.WAITING, survey__family=survey.family)
    waiting.exclude(survey=survey).update(survey=survey)
    survey.is_on = True


def what_is_missing(survey: Survey) -> str:
    """Why a survey cannot be switched on yet; empty when it can."""
    first = survey.questions.first()
    if first is None:
        return gettext_noop("It has no question yet.")
    needed = {Survey.Kind.NPS: Question.Kind.NPS, Survey.Kind.CSAT: Question.Kind.CSAT}.get(Survey.Kind(survey.kind))
    if needed and first.kind != needed:
        return gettext_noop("The first question must be the one that gives the score.")
    return ""


def begin(survey: Survey) -> None:
    """Ready-made words and questions in every language of the shop, for a survey that has none yet."""
    is_case = survey.moment == Survey.Moment.CASE_CLOSED
    texts = wordings.columns(
        title=wordings.SUBJECT_CASE if is_case else wordings.SUBJECT_ORDER,
        intro=wordings.INTRO_CASE if is_case else wordings.INTRO_ORDER,
        thanks=wordings.THANKS,
    )
    for name, text in texts.items():
        if not getattr(survey, name, ""):
            setattr(survey, name, text)
    survey.save()
    first = {
        Survey.Kind.NPS: [(Question.Kind.NPS, wordings.RECOMMEND), (Question.Kind.CHOICE, wordings.WHY)],
        Survey.Kind.CSAT: [(Question.Kind.CSAT, wordings.CONTENT)],
        Survey.Kind.FREE: [],
    }[Survey.Kind(survey.kind)]
    made = [_question(survey, kind, words, place) for place, (kind, words) in enumerate(first)]
    last = _question(survey, Question.Kind.TEXT, wordings.BETTER, len(made) + 1)
    if low := LOW.get(Survey.Kind(survey.kind)):
        _only(_question(survey, Question.Kind.TEXT, wordings.WRONG, len(made)), made[0], low)
        _only(last, made[0], [value for value in conditions.values_of(made[0]) if value not in low])


def _question(survey: Survey, kind: str, words: wordings.Texts, place: int) -> Question:
    options = wordings.columns(options=wordings.AREAS) if kind == Question.Kind.CHOICE else {}
    return Question.objects.create(survey=survey, kind=kind, position=place, **wordings.columns(text=words), **options)


def _only(question: Question, after: Question, answers: list[int]) -> None:
    question.only_after, question.only_for = after, answers
    question.save()
