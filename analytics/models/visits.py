"""Visits of people who agreed to be counted, and plain counts of everybody. Rows belong to `analytics.visits`."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from analytics.models.sales import Channel


class Device(models.TextChoices):
    PHONE = "phone", _("Phone")
    TABLET = "tablet", _("Tablet")
    COMPUTER = "computer", _("Computer")


class Step(models.TextChoices):
    """How far a visit went, in this order."""

    CAME = "came", _("Came")
    PRODUCT = "product", _("Looked at a product")
    BASKET = "basket", _("Put something into the basket")
    CHECKOUT = "checkout", _("Opened the checkout")
    ORDERED = "ordered", _("Ordered")


class Visitor(models.Model):
    """A browser whose owner agreed: when and to what words. Gone as soon as they say no."""

    uid = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4)
    agreed_at = models.DateTimeField(_("agreed"), db_default=Now(), db_index=True)
    wording = models.TextField(_("the words they saw"), blank=True)

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")

    def __str__(self) -> str:
        return str(self.uid)


class Visit(models.Model):
    """One visit of somebody who agreed. Written once; how far it went stands in `Reached`."""

    key = models.UUIDField(_("id"), unique=True)
    visitor = models.ForeignKey(Visitor, verbose_name=_("visitor"), related_name="visits", null=True, on_delete=models.SET_NULL)
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        related_name="analytics_visits",
        null=True,
        on_delete=models.SET_NULL,
    )
    began_at = models.DateTimeField(_("began"))
    day = models.DateField(_("day"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    source = models.CharField(_("source"), max_length=120, blank=True)
    medium = models.CharField(_("medium"), max_length=120, blank=True)
    campaign = models.CharField(_("campaign"), max_length=120, blank=True)
    referrer = models.CharField(_("came from"), max_length=120, blank=True)
    landing = models.CharField(_("first page"), max_length=200)
    device = models.CharField(_("device"), max_length=8, choices=Device)
    country = models.CharField(_("country"), max_length=2, blank=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [models.Index(name="visits_by_day", fields=["day", "channel", "device"])]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M} {self.channel}"


class Reached(models.Model):
    """A step that a visit reached, when it did so first."""

    visit = models.ForeignKey(Visit, verbose_name=_("visit"), related_name="reached", on_delete=models.CASCADE, db_index=False)
    step = models.CharField(_("step"), max_length=8, choices=Step)
    happened_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("step of a visit")
        verbose_name_plural = _("steps of visits")
        constraints = [models.UniqueConstraint(name="a_visit_reaches_a_step_once", fields=["visit", "step"])]

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.step}"


class Traffic(models.Model):
    """A day's visits by channel and device.

    `is_traced` rows count visits of those who agreed, each at every step up to its furthest. The others count without
    knowing anybody: arrivals from elsewhere, and pages as often as they were opened.
    """

    day = models.DateField(_("day"))
    is_traced = models.BooleanField(_("of people who agreed"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    device = models.CharField(_("device"), max_length=8, choices=Device)
    came = models.PositiveIntegerField(_("came"), default=0)
    product = models.PositiveIntegerField(_("looked at a product"), default=0)
    basket = models.PositiveIntegerField(_("put something into the basket"), default=0)
    checkout = models.PositiveIntegerField(_("opened the checkout"), default=0)
    ordered = models.PositiveIntegerField(_("ordered"), default=0)

    class Meta:
        verbose_name = _("visits of a day")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(name="traffic_is_counted_once", fields=["day", "is_traced", "channel", "device"])
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.channel} {self.device}: {self.came}"
