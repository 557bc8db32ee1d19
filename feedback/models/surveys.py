"""Surveys, whom they were sent to, and what came back."""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.models.asked import Asked, AskedQuerySet


class SurveyQuerySet(models.QuerySet["Survey"]):
    def asking(self, moment: str) -> Self:
        """Those that are on and follow such a moment."""
        return self.filter(is_on=True, moment=moment)

    def that_asked(self) -> Self:
        """Those by which somebody was asked."""
        return self.filter(models.Exists(Invitation.objects.sent().filter(survey=models.OuterRef("pk"))))

    def newest(self) -> Self:
        """The newest version of each."""
        later = Survey.objects.filter(family=models.OuterRef("family"), version__gt=models.OuterRef("version"))
        return self.filter(~models.Exists(later))


class Survey(models.Model):
    """A few questions that follow from something that happened.

    One that somebody has answered stays as it is: changing it makes a copy with the next version number.
    """

    class Kind(models.TextChoices):
        NPS = "nps", _("Recommendation (NPS): 0 to 10")
        CSAT = "csat", _("Satisfaction (CSAT): five faces")
        FREE = "free", _("Questions of your own")

    class Moment(models.TextChoices):
        DELIVERED = "delivered", _("an order was delivered")
        CASE_CLOSED = "case_closed", _("a case was closed")

    name = models.CharField(_("name"), max_length=120, help_text=_("For staff; customers do not see it."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    moment = models.CharField(_("asked after"), max_length=20, choices=Moment, default=Moment.DELIVERED)
    title = models.CharField(_("subject of the mail"), max_length=150)
    intro = models.TextField(_("a few words before the question"), blank=True)
    thanks = models.TextField(_("words of thanks"), blank=True, help_text=_("Shown when everything is answered."))
    days_after = models.PositiveSmallIntegerField(_("days later"), default=3, validators=[MaxValueValidator(365)])
    remind_after = models.PositiveSmallIntegerField(
        _("remind once after days"), null=True, blank=True, default=6, validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("Only those who have not answered. Empty: nobody."),
    )  # fmt: skip
    days_open = models.PositiveSmallIntegerField(
        _("days open"), default=30, validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("So long the link works, and an answer can be changed."),
    )  # fmt: skip
    silence_days = models.PositiveSmallIntegerField(
        _("days of peace"), default=90, validators=[MaxValueValidator(730)],
        help_text=_("Whoever was sent any survey in this time is not asked."),
    )  # fmt: skip
    is_on = models.BooleanField(_("on"), default=False)
    family = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(name="one_survey_per_version", fields=["family", "version"]),
            models.UniqueConstraint(name="one_version_asks", fields=["family"], condition=Q(is_on=True)),
        ]

    def __str__(self) -> str:
        return self.name if self.version == 1 else f"{self.name} · {self.version}"

    @property
    def is_asked(self) -> bool:
        """Whether somebody has been asked with these words: then they stay."""
        return self.pk is not None and self.invitations.sent().exists()


class Question(models.Model):
    """One question. The first of a survey is the one that stands in the mail."""

    class Kind(models.TextChoices):
        NPS = "nps", _("0 to 10")
        CSAT = "csat", _("five faces")
        CHOICE = "choice", _("one of several")
        MULTIPLE = "multiple", _("any of several")
        SCALE = "scale", _("scale of 1 to 5")
        TEXT = "text", _("text")

    survey = models.ForeignKey(Survey, related_name="questions", on_delete=models.CASCADE)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    text = models.CharField(_("question"), max_length=250)
    options = models.TextField(
        _("answers"), blank=True, help_text=_("One a line. For a scale: the words at its two ends.")
    )  # fmt: skip
    is_needed = models.BooleanField(_("needed"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    only_after = models.ForeignKey(
        "self", verbose_name=_("only after"), related_name="followers", null=True, blank=True, on_delete=models.RESTRICT,
        help_text=_("An earlier question. Empty: everybody is asked."),
    )  # fmt: skip
    only_for = ArrayField(
        models.SmallIntegerField(), verbose_name=_("only for"), default=list, blank=True,
        help_text=_("The numbers or the places of the picked answers, from 0, to that question."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_condition_has_two_halves",
                condition=Q(only_after=None, only_for=[]) | Q(only_after__isnull=False) & ~Q(only_for=[]),
            ),
            models.CheckConstraint(name="not_after_itself", condition=Q(only_after=None) | ~Q(only_after=models.F("pk"))),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def labels(self) -> list[str]:
        """The answers to choose from, in the active language."""
        return [line.strip() for line in (self.options or "").splitlines() if line.strip()]


class InvitationQuerySet(AskedQuerySet):
    def answered(self) -> Self:
        return self.filter(response__isnull=False)

    def to_remind(self, moment: datetime) -> Self:
        """Asked, silent since, and open for another while: those who may be reminded once."""
        waiting = self.sent().filter(response=None, reminded_at=None, remind_at__lte=moment, expires_at__gt=moment)
        return waiting.order_by("remind_at", "pk")


class Invitation(Asked):
    """One person asked by one survey about one order or case. Its signed link is good for answering and nothing else."""

    survey = models.ForeignKey(Survey, verbose_name=_("survey"), related_name="invitations", on_delete=models.PROTECT)
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), related_name="invitations", on_delete=models.PROTECT
    )
    order = models.ForeignKey(
        "order.Order", verbose_name=_("order"), related_name="invitations", null=True, blank=True, on_delete=models.PROTECT
    )
    case = models.ForeignKey(
        "feedback.Case", verbose_name=_("case"), related_name="invitations", null=True, blank=True, on_delete=models.CASCADE
    )
    remind_at = models.DateTimeField(_("reminder due"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="asked_once_about_one_thing", fields=["survey", "customer", "order", "case"], nulls_distinct=False
            )
        ]
        indexes = [
            Asked.waiting_index("waiting_invitations"),
            models.Index(name="reminders_due", fields=["remind_at"], condition=Q(state="sent", reminded_at=None)),
            models.Index(name="last_asked", fields=["customer", "-sent_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.survey} → {self.customer}"


class Response(models.Model):
    """What one person answered to one invitation. `score` repeats the answer to the first question of NPS and CSAT."""

    invitation = models.OneToOneField(Invitation, verbose_name=_("invitation"), on_delete=models.CASCADE)
    score = models.SmallIntegerField(_("score"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    answered_at = models.DateTimeField(_("answered"))
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["-answered_at", "-pk"]
        indexes = [models.Index(name="responses_by_day", fields=["answered_at"])]

    def __str__(self) -> str:
        return f"{self.invitation.survey}: {'–' if self.score is None else self.score}"


class Answer(models.Model):
    """The answer to one question: a number, picked options (their places, from 0), or words."""

    response = models.ForeignKey(Response, related_name="answers", on_delete=models.CASCADE)
    question = models.ForeignKey(Question, verbose_name=_("question"), related_name="answers", on_delete=models.PROTECT)
    number = models.SmallIntegerField(_("number"), null=True, blank=True)
    picks = ArrayField(models.SmallIntegerField(), verbose_name=_("picked"), default=list, blank=True)
    text = models.TextField(_("words"), blank=True, max_length=5000)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["question__position", "question_id"]
        constraints = [models.UniqueConstraint(name="one_answer_per_question", fields=["response", "question"])]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """The answer in words, in the active language."""
        if self.question.kind in (Question.Kind.CHOICE, Question.Kind.MULTIPLE):
            labels = self.question.labels
            return ", ".join(labels[pick] for pick in self.picks if pick < len(labels))
        return self.text or ("" if self.number is None else str(self.number))
