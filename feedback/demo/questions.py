"""The demo's surveys, whom they were sent to, and what came back."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

from feedback import scores, surveys
from feedback.demo import drinks
from feedback.demo.past import Answered, Arrival, voices
from feedback.models import Answer, Invitation, Response, Survey
from shop.customers.models import Customer
from shop.demo import bulk
from shop.demo.diary import Diary
from shop.events.catalog import SurveyAnswered

LEFT_FOR_NOW = timedelta(hours=30)  # what fell due so lately is still waiting: the worker of the running demo sends it
# How likely each score is, from 0 to 10, by what happened to the order.
WEIGHTS = {
    "": (1, 0, 1, 1, 2, 4, 5, 12, 21, 25, 28),
    "late": (5, 4, 6, 8, 9, 12, 12, 16, 14, 9, 5),
    "broken": (6, 5, 8, 9, 9, 10, 9, 13, 14, 10, 7),
}
RATE = {"": 0.3, "late": 0.44, "broken": 0.48}
REASONS = {"late": 1, "broken": 2}  # places of the answers to “main reason”
SPEAKS = {"good": 0.2, "fair": 0.3, "late": 0.7, "broken": 0.7}


def make_surveys() -> dict[str, Survey]:
    """The two that are on, and one that was asked for a season."""
    made = {
        "nps": Survey(name="After the delivery", kind=Survey.Kind.NPS),
        "csat": Survey(
            name="After our answer", kind=Survey.Kind.CSAT, moment=Survey.Moment.CASE_CLOSED, days_after=1, silence_days=7
        ),
    }
    for survey in made.values():
        surveys.begin(survey)
        surveys.switch_on(survey)
    return made | {"free": drinks.make()}


def ask(made: dict[str, Survey], arrivals: list[Arrival], now: datetime, diary: Diary, seed: int) -> list[Answered]:
    """Who was asked what after which delivery, as the rules say; returns what was answered about recommending us."""
    chance = random.Random(f"{seed} surveys")
    last: dict[int, datetime] = {}
    rows, answered = [], defaultdict(list)
    for due_at, kind, arrival in _due(made, arrivals, now):
        survey = made[kind]
        invitation = Invitation(
            survey=survey, customer_id=arrival.customer_id, order_id=arrival.order_id, due_at=due_at,
            created_at=arrival.delivered_at,
        )  # fmt: skip
        rows.append(invitation)
        if due_at > now - LEFT_FOR_NOW:
            continue
        invitation.why_not = _objection(arrival, survey, last, due_at, seed)
        if invitation.why_not:
            invitation.state = Invitation.State.WITHHELD
            continue
        last[arrival.customer_id] = due_at
        _send(invitation, survey)
        own = chance if kind == "nps" else drinks.chance_of(arrival.number, seed)
        if response := _respond(invitation, arrival, now, own):
            answered[kind].append(Answered(response, arrival))
        elif invitation.remind_at and invitation.remind_at < now:
            invitation.reminded_at = invitation.remind_at
    bulk.write(Invitation, rows)
    bulk.write(Response, [one.response for some in answered.values() for one in some])
    _answers(made["nps"], answered["nps"], chance)
    drinks.answer(made["free"], answered["free"], seed)
    _tell([*answered["nps"], *answered["free"]], diary)
    return answered["nps"]


def _due(made: dict[str, Survey], arrivals: list[Arrival], now: datetime) -> list[tuple[datetime, str, Arrival]]:
    """Everything that fell due, the first first: who was asked one thing is not asked another soon after."""
    begin, end = (now - ago for ago in drinks.SEASON)
    found = [
        (arrival.delivered_at + timedelta(days=made[kind].days_after), kind, arrival)
        for kind in ("nps", "free")
        for arrival in arrivals
    ]
    return sorted((one for one in found if one[1] == "nps" or begin < one[0] < end), key=lambda one: one[0])


def _objection(arrival: Arrival, survey: Survey, last: dict[int, datetime], due_at: datetime, seed: int) -> str:
    """In the words in which the rules say it."""
    before = last.get(arrival.customer_id)
    if before and before > due_at - timedelta(days=survey.silence_days):
        return "The customer was asked something not long ago."
    if arrival.is_gone and arrival.refunded_at and arrival.refunded_at < due_at:
        return "The order was cancelled or sent back."
    if arrival.says_no(seed) and before:
        return "The customer has not agreed to this topic."
    return ""


def _send(invitation: Invitation, survey: Survey) -> None:
    invitation.state, invitation.sent_at = Invitation.State.SENT, invitation.due_at
    invitation.expires_at = invitation.due_at + timedelta(days=survey.days_open)
    invitation.remind_at = invitation.due_at + timedelta(days=survey.remind_after or 0)


def _respond(invitation: Invitation, arrival: Arrival, now: datetime, chance: random.Random) -> Response | None:
    is_scored = invitation.survey.kind == Survey.Kind.NPS
    rate = RATE[arrival.trouble] if is_scored else drinks.RATE
    will, hours = chance.random() < rate, chance.choice((1, 2, 3, 5, 9, 20, 30, 50, 150, 170))
    score = chance.choices(range(11), WEIGHTS[arrival.trouble])[0] if is_scored else None
    if not will:
        return None
    answered_at = invitation.due_at + timedelta(hours=hours + chance.random())
    if hours > 144:
        invitation.reminded_at = invitation.remind_at
    if answered_at >= now:
        return None
    return Response(
        invitation=invitation, score=score, language=arrival.language, answered_at=answered_at, changed_at=answered_at
    )


def mood_of(one: Answered) -> str:
    """Which words fit: what went wrong, or else how high the score is."""
    score = one.response.score or 0
    if score <= scores.LAST_DETRACTOR:
        return one.arrival.trouble or "fair"
    return "good" if score >= scores.FIRST_PROMOTER else "fair"


def _answers(survey: Survey, answered: list[Answered], chance: random.Random) -> None:
    first, reason, wrong, better = list(survey.questions.all())
    rows = []
    for one in answered:
        rows.append(Answer(response=one.response, question=first, number=one.response.score))
        if chance.random() < 0.55:
            rows.append(Answer(response=one.response, question=reason, picks=[_reason(one, chance)]))
        mood = mood_of(one)
        if chance.random() < SPEAKS[mood]:
            text = chance.choice(voices()[mood][one.response.language])
            is_low = (one.response.score or 0) in wrong.only_for
            rows.append(Answer(response=one.response, question=wrong if is_low else better, text=text))
    bulk.write(Answer, rows)


def _reason(one: Answered, chance: random.Random) -> int:
    mood = mood_of(one)
    if mood in REASONS:
        return REASONS[mood]
    return chance.choices(range(5), (55, 12, 14, 5, 14) if mood == "good" else (15, 25, 8, 42, 10))[0]


def _tell(answered: list[Answered], diary: Diary) -> None:
    people = Customer.objects.in_bulk({one.arrival.customer_id for one in answered})
    for one in answered:
        invitation = one.response.invitation
        survey, score = invitation.survey, one.response.score
        event = SurveyAnswered(invitation.pk, survey.pk, invitation.order_id or 0, survey.kind, score)
        diary.note(event, people[one.arrival.customer_id], one.response.answered_at)
