"""The survey of the demo shop's own questions: asked for one season, and answered as people buy."""

import random
import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce

from feedback import conditions, wordings
from feedback.demo.past import Answered
from feedback.models import Answer, Question, Survey
from shop.demo import bulk
from shop.forks.catalogue.models import ProductCategory
from shop.forks.order.models import Line

SEASON = (timedelta(days=200), timedelta(days=110))  # from so long ago until so long ago
RATE = 0.31
# Places of the answers to the first question, by the categories that say them.
DRUNK = {
    "black-tea": 0, "green-tea": 1, "oolong-white-tea": 1, "herbal-tea": 2,
    "coffee-beans": 3, "ground-coffee": 3, "decaf-coffee": 3,
}  # fmt: skip
USUAL, BOUGHT = (20, 12, 14, 26, 9), 45  # how likely each answer is, and how much more for each such thing in the order
KNOWN = (6, 15, 33, 31, 15)  # each step of the scale
MORE = (0.52, 0.27, 0.18, 0.33)  # each answer to what there should be more of
TELLS_WHAT, GOES_ON, WISHES = 0.75, 0.86, 0.28


def make() -> Survey:
    """The survey with its questions, in every language."""
    said = _said()
    texts = wordings.columns(title=said["title"], intro=said["intro"], thanks=wordings.THANKS)
    survey = Survey.objects.create(
        name="What do you drink?", kind=Survey.Kind.FREE, days_after=30, silence_days=21, days_open=21, **texts
    )
    first: Question | None = None
    for place, table in enumerate(said["question"]):
        columns = wordings.columns(text=table["text"], options=table.get("options", {}))
        only = {"only_after": first, "only_for": table["only_for"]} if "only_for" in table else {}
        made = Question.objects.create(survey=survey, kind=table["kind"], position=place, **columns, **only)
        first = first or made
    return survey


def chance_of(number: str, seed: int) -> random.Random:
    """What this order's buyer does: by its number, so that nobody else's answer changes it."""
    return random.Random(f"{seed} drinks {number}")


def answer(survey: Survey, answered: list[Answered], seed: int) -> None:
    """What people said, most of all about what they had bought; one query for all of them."""
    asked, bought = list(survey.questions.all()), _bought([one.arrival.order_id for one in answered])
    rows: list[Answer] = []
    for one in answered:
        chance = chance_of(f"{one.arrival.number} says", seed)
        given = _given(asked, bought.get(one.arrival.order_id, []), one.response.language, chance)
        said = {pk: fields.get("picks", ()) for pk, fields in given.items()}
        for question in conditions.shown(asked, said):
            if fields := given.get(question.pk):
                rows.append(Answer(response=one.response, question=question, **fields))
    bulk.write(Answer, rows)


def _given(asked: list[Question], bought: list[int], language: str, chance: random.Random) -> dict[int, dict[str, Any]]:
    """What somebody would say to each question."""
    most, what, known, more, wish = (question.pk for question in asked)
    weights = [usual + BOUGHT * bought.count(place) for place, usual in enumerate(USUAL)]
    given: dict[int, dict[str, Any]] = {most: {"picks": chance.choices(range(len(USUAL)), weights)}}
    picked = [place for place, likely in enumerate(MORE) if chance.random() < likely]
    if chance.random() < TELLS_WHAT:
        given[what] = {"text": chance.choice(_said()["else"][language])}
    if chance.random() < GOES_ON:
        given[known] = {"number": chance.choices(range(1, 6), KNOWN)[0]}
        given |= {more: {"picks": picked}} if picked else {}
        if chance.random() < WISHES:
            given[wish] = {"text": chance.choice(_said()["wishes"][language])}
    return given


def _bought(orders: list[int]) -> dict[int, list[int]]:
    """What each order held of the answers to the first question."""
    rows = ProductCategory.objects.filter(category__code__in=DRUNK).order_by("category__path")
    drinks = dict(rows.values_list("product", "category__code"))
    lines = Line.objects.filter(order__in=orders).annotate(whole=Coalesce(F("product__parent"), F("product")))
    found: dict[int, list[int]] = {}
    for order, product in lines.values_list("order", "whole"):
        if product in drinks:
            found.setdefault(order, []).append(DRUNK[drinks[product]])
    return found


@cache
def _said() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "drinks.toml").read_text("utf-8"))
