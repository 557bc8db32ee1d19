"""What the merchant decides: how the programme works and what earns points."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.forks.money import MoneyField


class Programme(models.Model):
    """The one programme of the shop. There is a single row; until it is saved there is no programme."""

    class Clawback(models.TextChoices):
        WITHIN_BALANCE = "within_balance", _("take what is there")
        DEBT = "debt", _("take all: what is missing is owed and taken from the next points")

    is_on = models.BooleanField(_("running"), default=False)
    name = models.CharField(_("name"), max_length=60, default="Points")
    promise = models.CharField(
        _("promise"), max_length=200, blank=True, help_text=_("One sentence at the top of the page that explains it.")
    )
    point_value = MoneyField(
        _("value of a point"), default=Decimal("0.01"), help_text=_("What one point pays for, in the shop's currency.")
    )
    return_days = models.PositiveSmallIntegerField(
        _("return window in days"),
        default=14,
        help_text=_("Points of an order become available so long after it was delivered."),
    )
    delivery_days = models.PositiveSmallIntegerField(
        _("days on the way"), default=7, help_text=_("Counted instead when nobody noted the delivery.")
    )
    lasts_months = models.PositiveSmallIntegerField(
        _("points are good for, in months"),
        null=True,
        blank=True,
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Counted from the day they become available, to the end of that month. Empty: for ever."),
    )
    idle_months = models.PositiveSmallIntegerField(
        _("points end without activity, after months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_(
            "Counted from the last time somebody earned or spent points, to the end of that month. Gifts of the shop and of"
            " staff do not count. A change counts from today for everybody. Empty: it does not matter."
        ),
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"),
        default=30,
        help_text=_("Points given back after their last day are good for so much longer."),
    )
    min_spend = models.PositiveIntegerField(_("least points to spend on an order"), default=1)
    max_share = models.PositiveSmallIntegerField(
        _("largest part of an order that points pay, in per cent"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    unpayable_range = models.ForeignKey(
        "offer.Range",
        verbose_name=_("points do not pay for"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text=_("A range of products, gift cards for example. Empty: points pay for everything."),
    )
    clawback = models.CharField(
        _("points of a refund that were spent already"), max_length=20, choices=Clawback, default=Clawback.WITHIN_BALANCE
    )
    earns_for_guests = models.BooleanField(
        _("guests earn too"), default=True, help_text=_("Their points wait until they open an account with their address.")
    )
    tier_grace_days = models.PositiveSmallIntegerField(
        _("days before a tier ends"),
        default=60,
        help_text=_("A customer who spends less than their tier asks for keeps it so long, and then goes down by one."),
    )
    refused_domains = models.TextField(
        _("mail domains that earn nothing"),
        blank=True,
        help_text=_("Throw-away addresses, one domain a line: no points for opening an account or for a recommendation."),
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("points programme")
        verbose_name_plural = _("points programme")
        constraints = [
            models.CheckConstraint(name="a_point_is_worth_something", condition=Q(point_value__gt=0)),
            models.CheckConstraint(name="points_pay_a_share", condition=Q(max_share__range=(1, 100))),
        ]

    def __str__(self) -> str:
        return self.name


class RuleQuerySet(models.QuerySet["Rule"]):
    def standing(self) -> Self:
        """The last version of each rule."""
        return self.filter(replaced_at=None)


class Rule(models.Model):
    """How points are earned. A rule that was changed stays as it was, replaced by a new one; entries name theirs."""

    class Kind(models.TextChoices):
        PURCHASE = "purchase", _("Purchase")
        SIGN_UP = "sign_up", _("Account opened and address confirmed")
        REVIEW = "review", _("Review approved")
        SURVEY = "survey", _("Questions answered")
        BIRTHDAY = "birthday", _("Birthday")
        REFERRAL = "referral", _("Friend's first order: for the one who recommended")
        REFERRED = "referred", _("Friend's first order: for the friend")

    class Base(models.TextChoices):
        WITH_TAX = "with_tax", _("price with tax")
        WITHOUT_TAX = "without_tax", _("price without tax")

    kind = models.CharField(_("for"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=100)
    rate = models.DecimalField(
        _("points for each unit of money"),
        max_digits=10,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0"))],
        help_text=_("For purchases. Counted on goods after discounts, without delivery and without what points paid."),
    )
    base = models.CharField(_("counted on"), max_length=12, choices=Base, default=Base.WITH_TAX)
    points = models.PositiveIntegerField(_("points"), null=True, blank=True, help_text=_("For everything but purchases."))
    only_range = models.ForeignKey(
        "offer.Range", verbose_name=_("only these products"), related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    except_range = models.ForeignKey(
        "offer.Range",
        verbose_name=_("except these products"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text=_("They earn nothing by this rule; a rule further down may still fit them."),
    )
    min_order = MoneyField(_("from an order value of"), null=True, blank=True, help_text=_("For friends' first orders."))
    max_per_order = models.PositiveIntegerField(_("at most, for an order"), null=True, blank=True)
    max_per_day = models.PositiveIntegerField(_("at most, in a day"), null=True, blank=True)
    max_per_month = models.PositiveIntegerField(_("at most, in a month"), null=True, blank=True)
    max_ever = models.PositiveIntegerField(_("at most, ever"), null=True, blank=True)
    priority = models.SmallIntegerField(
        _("priority"), default=0, help_text=_("Exactly one rule counts for a line: the highest that fits it.")
    )
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    is_on = models.BooleanField(_("on"), default=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    replaces = models.OneToOneField(
        "self", related_name="replaced_by", null=True, blank=True, editable=False, on_delete=models.PROTECT
    )
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("earning rule")
        verbose_name_plural = _("earning rules")
        ordering = ["kind", "-priority", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_rule_gives_a_rate_or_points",
                condition=Q(kind="purchase", rate__isnull=False, rate__gte=0, points=None)
                | (~Q(kind="purchase") & Q(points__isnull=False, rate=None)),
                violation_error_message=_("A rule for purchases needs a rate, any other a number of points: one of the two."),
            ),
            models.CheckConstraint(
                name="a_rule_ends_after_it_starts",
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A rule ends after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, now: datetime) -> bool:
        """Whether it earns points at a moment."""
        return self.is_on and (not self.starts_at or self.starts_at <= now) and (not self.ends_at or now < self.ends_at)


class Boost(models.Model):
    """Days on which purchases earn a multiple. Of several that fit a line the largest counts, once."""

    name = models.CharField(_("name"), max_length=100)
    multiplier = models.DecimalField(
        _("times"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("1")), MaxValueValidator(Decimal("100"))],
    )
    only_range = models.ForeignKey(
        "offer.Range", verbose_name=_("only these products"), related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    is_on = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("bonus days")
        verbose_name_plural = _("bonus days")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(name="a_boost_multiplies", condition=Q(multiplier__gte=1)),
            models.CheckConstraint(
                name="a_boost_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("They end after they start."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, now: datetime) -> bool:
        """Whether it counts at a moment."""
        return self.is_on and self.starts_at <= now < self.ends_at
