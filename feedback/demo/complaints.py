"""The demo's inbox: what followed from low scores and bad reviews, and what people wrote of themselves."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from feedback import hours
from feedback.demo.past import Answered, Arrival, voices
from feedback.demo.questions import mood_of
from feedback.models import Answer, Case, Entry, Invitation, Response, Survey
from feedback.models.cases import ALPHABET
from feedback.scores import is_low
from shop.customers.models import Customer, User
from shop.demo import bulk
from shop.demo.diary import Diary
from shop.events.catalog import CaseClosed, CaseOpened, SurveyAnswered
from shop.forks.reviews.models import ProductReview

FRESH = timedelta(days=6)  # cases younger than this are in all states, older ones are closed
OUTCOMES = {"late": "made_good", "broken": "made_good", "other": "explained", "asked": "solved"}
SUBJECTS = {
    "en": "Your order {}", "uk": "Ваше замовлення {}", "ru": "Ваш заказ {}", "ro": "Comanda {}",
}  # fmt: skip
CONTENT = (3, 5, 12, 36, 44)  # how likely each face is after a case was closed


class Inbox:
    """Collects cases with what was said in them, and writes each kind at once."""

    def __init__(self, now: datetime, diary: Diary, seed: int) -> None:
        self.now, self.diary = now, diary
        self.random = random.Random(f"{seed} cases")
        self.support = User.objects.filter(email="support@teapotlane.example").first()
        self.people = Customer.objects.in_bulk()
        self.cases: list[Case] = []
        self.entries: list[Entry] = []
        self.of_order: set[int] = set()

    def open(self, why: str, opened_at: datetime, **fields: Any) -> Case:
        """A case with its answer and its end, as far as they lie before now."""
        case = Case(reference=self._reference(), opened_at=opened_at, owner=self.support, **fields)
        case.due_at = hours.later(timezone.localtime(opened_at), 16 if why == "asked" else 8)
        self.cases.append(case)
        return case

    def said(self, case: Case, kind: str, text: str, moment: datetime, by: User | None = None) -> None:
        self.entries.append(Entry(case=case, kind=kind, text=text, by=by, created_at=moment))

    def go_on(self, case: Case, why: str, *, is_answered: bool, is_closed: bool) -> None:
        """What support wrote, and how it ended."""
        if not is_answered:
            return
        words = voices()["reply"][why]
        answered_at = min(case.due_at - timedelta(hours=self.random.uniform(0.5, 5)), self.now - timedelta(hours=1))
        case.answered_at, case.state = max(answered_at, case.opened_at + timedelta(minutes=20)), Case.State.ANSWERED
        self.said(case, Entry.Kind.TO_CUSTOMER, words.get(case.language, words["en"]), case.answered_at, self.support)
        closed_at = case.answered_at + timedelta(days=self.random.uniform(0.5, 3))
        if is_closed and closed_at < self.now:
            outcome = "no_answer" if self.random.random() < 0.15 else OUTCOMES[why]
            case.state, case.closed_at, case.outcome = Case.State.CLOSED, closed_at, outcome

    def write(self) -> list[Case]:
        """What was collected, which is then no longer waiting to be written; the cases are returned."""
        self.cases.sort(key=lambda case: case.opened_at)
        bulk.write(Case, self.cases)
        bulk.write(Entry, sorted(self.entries, key=lambda entry: entry.created_at))
        for case in self.cases:
            customer = self.people.get(case.customer_id or 0)
            self.diary.note(CaseOpened(case.pk, case.source, case.order_id or 0), customer, case.opened_at)
            if case.closed_at:
                self.diary.note(CaseClosed(case.pk, case.outcome), customer, case.closed_at)
        written, self.cases, self.entries = self.cases, [], []
        return written

    def _reference(self) -> str:
        return "C-" + "".join(self.random.choices(ALPHABET, k=6))


def write(csat: Survey, answered: list[Answered], arrivals: list[Arrival], now: datetime, diary: Diary, seed: int) -> None:
    """Low scores, bad reviews and enquiries; and how content people were with what came of them."""
    inbox = Inbox(now, diary, seed)
    for one in answered:
        if is_low("nps", one.response.score):
            _of_score(inbox, one)
    _of_reviews(inbox)
    _of_enquiries(inbox, arrivals)
    _ask_how_it_was(inbox, csat, inbox.write())


def _of_score(inbox: Inbox, one: Answered) -> None:
    arrival, mood = one.arrival, mood_of(one)
    why = mood if mood in ("late", "broken") else "other"
    case = inbox.open(
        why, one.response.answered_at, source=Case.Source.SCORE, customer_id=arrival.customer_id, order_id=arrival.order_id,
        order_number=arrival.number, response=one.response, name=arrival.name, email=arrival.email,
        language=arrival.language, subject=SUBJECTS[arrival.language].format(arrival.number),
    )  # fmt: skip
    inbox.of_order.add(arrival.order_id)
    _settle(inbox, case, why)


def _of_reviews(inbox: Inbox) -> None:
    rows = ProductReview.objects.filter(score__lte=2, customer__isnull=False).select_related("customer", "order_line__order")
    for review in rows.order_by("pk"):
        assert review.customer is not None
        order = review.order_line.order if review.order_line else None
        if order and order.pk in inbox.of_order:
            continue
        number = order.number if order else ""
        case = inbox.open(
            "other", review.date_created, source=Case.Source.REVIEW, customer=review.customer, order=order, review=review,
            order_number=number, name=review.customer.name, email=order.email if order else review.customer.email,
            language=review.language, subject=SUBJECTS[review.language].format(number).strip(),
        )  # fmt: skip
        _settle(inbox, case, "other")


def _settle(inbox: Inbox, case: Case, why: str) -> None:
    """Old ones are closed; of the latest some wait, some are put aside, some wait for the customer."""
    age = inbox.now - case.opened_at
    if age > FRESH:
        inbox.go_on(case, why, is_answered=True, is_closed=True)
        if not case.closed_at:
            case.state, case.closed_at, case.outcome = Case.State.CLOSED, inbox.now - timedelta(hours=3), OUTCOMES[why]
        return
    fate = inbox.random.random()
    inbox.go_on(case, why, is_answered=fate < 0.45 or age > timedelta(days=2), is_closed=fate < 0.2)
    if case.state == Case.State.OPEN and fate > 0.85:
        case.snoozed_until = inbox.now + timedelta(days=2, hours=9)
        inbox.said(case, Entry.Kind.NOTE, "The courier looks for the parcel and calls back.", case.opened_at, inbox.support)


def _of_enquiries(inbox: Inbox, arrivals: list[Arrival]) -> None:
    logins = {
        one.email.split("@")[0]: one for one in inbox.people.values() if one.email and one.email.endswith("@teapotlane.example")
    }
    for table in voices()["enquiry"]:
        language, text = table["language"], table["text"]
        arrival = _arrival_for(table, arrivals)
        customer = inbox.people[arrival.customer_id]
        source = table.get("source", Case.Source.CONTACT)
        if source == Case.Source.ACCOUNT:
            customer = logins.get({"en": "emma", "uk": "olena", "ru": "olga", "ro": "ioana"}[language], customer)
        is_about = bool(table["about"]) and source == Case.Source.CONTACT
        opened_at = inbox.now - timedelta(days=table["days"]) - timedelta(hours=7 + inbox.random.random())
        case = inbox.open(
            "asked", opened_at, source=source, customer=customer, language=language, email=customer.email or "",
            name=customer.name, subject=" ".join(text.split()[:8]) + " …", order_id=arrival.order_id if is_about else None,
            order_number=arrival.number if is_about else "",
        )  # fmt: skip
        inbox.said(case, Entry.Kind.FROM_CUSTOMER, text, opened_at)
        inbox.go_on(case, "asked", is_answered=table.get("is_answered", False), is_closed=table["days"] > 4)


def _arrival_for(table: dict[str, Any], arrivals: list[Arrival]) -> Arrival:
    own = [one for one in arrivals if one.language == table["language"]]
    kinds = {"late": [one for one in own if one.trouble == "late"], "back": [one for one in own if one.refunded_at]}
    return (kinds.get(table["about"]) or own or arrivals)[-1]


def _ask_how_it_was(inbox: Inbox, csat: Survey, cases: list[Case]) -> None:
    """Some of those whose case was closed say how content they are."""
    first, invitations, responses = csat.questions.first(), [], []
    last: dict[int | None, datetime] = {}
    for case in sorted((one for one in cases if one.closed_at), key=lambda one: (one.closed_at, one.pk)):
        assert case.closed_at is not None
        sent_at = case.closed_at + timedelta(days=csat.days_after)
        before = last.get(case.customer_id)
        if sent_at >= inbox.now or (before and before > sent_at - timedelta(days=csat.silence_days)):
            continue
        last[case.customer_id] = sent_at
        invitation = Invitation(
            survey=csat, customer_id=case.customer_id, case=case, due_at=sent_at, sent_at=sent_at, created_at=case.closed_at,
            expires_at=sent_at + timedelta(days=csat.days_open), state=Invitation.State.SENT,
        )  # fmt: skip
        invitations.append(invitation)
        answered_at = sent_at + timedelta(hours=inbox.random.uniform(1, 40))
        if inbox.random.random() < 0.38 and answered_at < inbox.now:
            score = inbox.random.choices(range(1, 6), CONTENT)[0]
            response = Response(invitation=invitation, language=case.language, answered_at=answered_at, changed_at=answered_at)
            response.score = max(score, 3) if answered_at > inbox.now - FRESH else score
            responses.append(response)
    bulk.write(Invitation, invitations)
    bulk.write(Response, responses)
    bulk.write(Answer, [Answer(response=one, question=first, number=one.score) for one in responses])
    for one in responses:
        invitation = one.invitation
        event = SurveyAnswered(invitation.pk, csat.pk, scale=csat.kind, score=one.score)
        inbox.diary.note(event, inbox.people[invitation.customer_id], one.answered_at)
    _again(inbox, responses)


def _again(inbox: Inbox, responses: list[Response]) -> None:
    """Who was unhappy with the help was written to once more."""
    for one in responses:
        if is_low("csat", one.score):
            before = one.invitation.case
            assert before is not None
            case = inbox.open(
                "other", one.answered_at, source=Case.Source.SCORE, customer_id=before.customer_id, order_id=before.order_id,
                order_number=before.order_number, response=one, name=before.name, email=before.email,
                language=before.language, subject=before.subject,
            )  # fmt: skip
            _settle(inbox, case, "other")
    inbox.write()
