"""Letters that write themselves: what begins them, in which steps, and how far each person has come."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.segments import Segment
from shop.customers.models import Consent, Customer
from shop.mail.models import Message


class Trigger(models.TextChoices):
    """What begins an automation. What each means stands in `campaigns.automations.triggers`."""

    SUBSCRIBED = "subscribed", _("Somebody subscribes to the news")
    BASKET_LEFT = "basket_left", _("A basket is left behind for an hour")
    ORDER_PAID = "order_paid", _("An order is paid")
    ORDER_DELIVERED = "order_delivered", _("An order is delivered")
    BACK_IN_STOCK = "back_in_stock", _("What somebody waits for is back in stock")
    POINTS_EXPIRING = "points_expiring", _("Points are about to expire")
    TIER_REACHED = "tier_reached", _("Somebody reaches a tier")
    BIRTHDAY = "birthday", _("Somebody has a birthday")
    SEGMENT = "segment", _("Somebody is in a segment")


class Automation(models.Model):
    """A list of steps that begins by itself. Edited freely: what runs is the version that was put to work last."""

    name = models.CharField(_("name"), max_length=120)
    code = models.SlugField(
        _("code"),
        max_length=40,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("Of those the shop brings along."),
    )
    description = models.CharField(_("what for"), max_length=300, blank=True)
    is_on = models.BooleanField(_("on"), default=False, help_text=_("Off: nobody enters, and those on their way wait."))
    trigger = models.CharField(_("begins when"), max_length=20, choices=Trigger)
    segment = models.ForeignKey(
        Segment,
        verbose_name=_("only for"),
        related_name="automations",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text=_("Asked at the beginning and again before each message."),
    )
    again_after_days = models.PositiveIntegerField(
        _("again after, days"),
        null=True,
        blank=True,
        help_text=_("Empty: for each occasion; those who subscribe or are in a segment, once and never again."),
    )
    topic = models.CharField(
        _("topic"),
        max_length=20,
        choices=Consent.Topic,
        default=Consent.Topic.NEWS,
        help_text=_("Who has not agreed to it gets nothing."),
    )
    held_out_percent = models.DecimalField(
        _("held out, per cent"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(10),
        validators=[MinValueValidator(0), MaxValueValidator(50)],
        help_text=_("So many get nothing, chosen by chance: what they buy less is what the automation was worth."),
    )
    ends_with_order = models.BooleanField(
        _("ends when they order"), default=True, help_text=_("Whoever has ordered gets none of the messages that are left.")
    )
    steps = models.JSONField(_("steps"), default=list, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("automation")
        verbose_name_plural = _("automations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def working(self) -> "Version | None":
        """The version that people enter now."""
        return self.versions.order_by("-number").first()


class Version(models.Model):
    """An automation as it was put to work: whoever entered with it finishes with it, whatever is edited since."""

    automation = models.ForeignKey(Automation, verbose_name=_("automation"), related_name="versions", on_delete=models.CASCADE)
    number = models.PositiveIntegerField(_("version"))
    steps = models.JSONField(_("steps"), help_text=_("With the letters as they were."))
    rules = models.JSONField(_("only for"), null=True, blank=True, help_text=_("The rules of the segment as they were."))
    ends_with_order = models.BooleanField(_("ends when they order"), default=True)
    put_to_work_at = models.DateTimeField(_("put to work"), default=timezone.now)
    put_to_work_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), related_name="+", null=True, blank=True, on_delete=models.SET_NULL
    )

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="versions_are_counted", fields=["automation", "number"])]

    def __str__(self) -> str:
        return f"{self.automation} {self.number}"


class RunQuerySet(models.QuerySet["Run"]):
    def under_way(self) -> Self:
        return self.filter(state=Run.State.UNDER_WAY)

    def due(self, now: datetime) -> Self:
        """Runs whose next step may be taken, the longest waiting first. Those of a switched-off automation wait."""
        return self.under_way().filter(due_at__lte=now, automation__is_on=True).order_by("due_at", "pk")

    def written_to(self) -> Self:
        """The arm that was meant to get messages, whatever came of them."""
        return self.exclude(state=Run.State.HELD_OUT)

    def held_out(self) -> Self:
        """The arm that gets nothing, to compare with."""
        return self.filter(state=Run.State.HELD_OUT)


class Run(models.Model):
    """One person on the way through one version."""

    class State(models.TextChoices):
        UNDER_WAY = "under_way", _("under way")
        PAUSED = "paused", _("paused")
        DONE = "done", _("went through")
        ENDED = "ended", _("ended before the last step")
        HELD_OUT = "held_out", _("held out")
        FAILED = "failed", _("failed")

    ON_THE_WAY = (State.UNDER_WAY, State.PAUSED)

    automation = models.ForeignKey(Automation, verbose_name=_("automation"), related_name="runs", on_delete=models.CASCADE)
    version = models.ForeignKey(Version, verbose_name=_("version"), related_name="runs", on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, verbose_name=_("customer"), related_name="automation_runs", on_delete=models.CASCADE)
    cause = models.CharField(_("cause"), max_length=120, help_text=_("The same cause begins one run only."))
    about = models.JSONField(_("what it is about"), default=dict, help_text=_("What the event said: ids and amounts."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UNDER_WAY)
    reason = models.CharField(_("why"), max_length=255, blank=True)
    position = models.PositiveSmallIntegerField(_("next step"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)
    closed_during = DateTimeRangeField(
        _("closed during"), null=True, blank=True, help_text=_("They do not enter again meanwhile. Empty: for each occasion.")
    )
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="a_cause_begins_one_run", fields=["automation", "customer", "cause"]),
            # Where an automation says after how long somebody may enter again: not before, and not twice at once.
            ExclusionConstraint(
                name="nobody_enters_too_soon",
                expressions=[
                    ("automation", RangeOperators.EQUAL),
                    ("customer", RangeOperators.EQUAL),
                    ("closed_during", RangeOperators.OVERLAPS),
                ],
                condition=Q(closed_during__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_run_at_a_time",
                fields=["automation", "customer"],
                condition=Q(closed_during__isnull=False, state__in=["under_way", "paused"]),
            ),
            models.CheckConstraint(name="only_a_pause_has_an_end", condition=Q(paused_until=None) | Q(state="paused")),
        ]
        indexes = [
            models.Index(name="runs_due", fields=["due_at"], condition=Q(state="under_way")),
            models.Index(name="runs_by_entry", fields=["automation", "entered_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.automation}: {self.customer}"

    @property
    def steps(self) -> list[dict[str, Any]]:
        return list(self.version.steps)


class Passed(models.Model):
    """A step that a run took: unique, so that no step is taken twice."""

    run = models.ForeignKey(Run, verbose_name=_("run"), related_name="passed", on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField(_("step"))
    message = models.OneToOneField(
        Message,
        verbose_name=_("message"),
        related_name="automation_step",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    happened_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("step taken")
        verbose_name_plural = _("steps taken")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="each_step_is_taken_once", fields=["run", "position"])]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.position}"


class Intervention(models.Model):
    """What a member of staff did to somebody's run, and why."""

    class What(models.TextChoices):
        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("resumed")
        HURRIED = "hurried", _("sent on without waiting")
        SKIPPED = "skipped", _("a step left out")
        ENDED = "ended", _("ended by staff")

    run = models.ForeignKey(Run, verbose_name=_("run"), related_name="interventions", on_delete=models.CASCADE)
    what = models.CharField(_("what"), max_length=10, choices=What)
    reason = models.CharField(_("why"), max_length=200)
    position = models.PositiveSmallIntegerField(_("step"), help_text=_("The next one at that moment."))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), related_name="+", null=True, blank=True, on_delete=models.SET_NULL
    )
    happened_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ["-happened_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.what}"
