"""One row for each order that was ever paid, one for each customer with such orders, and where orders came from."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shop.forks.money import MoneyField


class Channel(models.TextChoices):
    """What brought somebody to the shop."""

    DIRECT = "direct", _("Typed the address")
    SEARCH = "search", _("Search engines")
    ADS = "ads", _("Paid ads")
    SOCIAL = "social", _("Social networks")
    EMAIL = "email", _("The shop's mails")
    REFERRAL = "referral", _("Other sites and friends")
    UNKNOWN = "unknown", _("Not known")


class OrderSource(models.Model):
    """Where the visit that ended in an order came from."""

    order = models.OneToOneField("order.Order", primary_key=True, related_name="analytics_source", on_delete=models.CASCADE)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel, default=Channel.UNKNOWN)
    source = models.CharField(_("source"), max_length=120, blank=True)
    medium = models.CharField(_("medium"), max_length=120, blank=True)
    campaign = models.CharField(_("campaign"), max_length=120, blank=True)
    visitor = models.ForeignKey(
        "insights.Visitor", verbose_name=_("visitor"), related_name="orders", null=True, on_delete=models.SET_NULL
    )

    class Meta:
        verbose_name = _("source of an order")
        verbose_name_plural = _("ways to an order")

    def __str__(self) -> str:
        return f"{self.order_id}: {self.get_channel_display()}"


class Sale(models.Model):
    """An order that was paid, as the figures see it, and its place among the orders of its customer.

    An order counts unless it was cancelled or refunded in full; `nth` and the days of its neighbours are empty for one
    that does not. Written by `analytics.sales` only.
    """

    order = models.OneToOneField("order.Order", primary_key=True, related_name="analytics_sale", on_delete=models.CASCADE)
    customer = models.ForeignKey("customers.Customer", related_name="analytics_sales", on_delete=models.PROTECT)
    day = models.DateField(_("day"), db_index=True)
    currency = models.CharField(_("currency"), max_length=12)
    paid = MoneyField(_("paid"))
    refunded = MoneyField(_("given back"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    country = models.CharField(_("country"), max_length=2, blank=True)
    nth = models.PositiveIntegerField(_("which of the customer's orders"), null=True)
    first_on = models.DateField(_("first order"), null=True)
    first_channel = models.CharField(_("channel of the first order"), max_length=12, choices=Channel, blank=True)
    previous_on = models.DateField(_("order before"), null=True)
    second_previous_on = models.DateField(_("order before that"), null=True)
    next_on = models.DateField(_("order after"), null=True)

    class Meta:
        verbose_name = _("sale")
        verbose_name_plural = _("sales")
        indexes = [models.Index(name="first_orders_by_day", fields=["day", "order"], condition=Q(nth=1))]

    def __str__(self) -> str:
        return f"{self.order_id} ({self.day})"


class StatsQuerySet(models.QuerySet["Stats"]):
    def lock_for(self, customer_ids: Iterable[int]) -> None:
        """Make and lock the rows of these customers, in one order for everybody, until the transaction ends."""
        ids = sorted(set(customer_ids))
        self.bulk_create([self.model(customer_id=pk) for pk in ids], ignore_conflicts=True)
        list(self.filter(customer_id__in=ids).order_by("customer_id").select_for_update().values_list("pk"))

    def buyers(self) -> Self:
        """Those with an order that counts."""
        return self.filter(orders__gt=0)


class Stats(models.Model):
    """What a customer's orders come to. Kept by `analytics.sales`; facts point into it."""

    customer = models.OneToOneField(
        "customers.Customer", primary_key=True, related_name="analytics_stats", on_delete=models.CASCADE
    )
    orders = models.PositiveIntegerField(_("orders"), default=0)
    spent = MoneyField(_("spent"), default=0)
    average_order = MoneyField(_("average order"), null=True)
    first_order_on = models.DateField(_("first order"), null=True, db_index=True)
    last_order_on = models.DateField(_("last order"), null=True, db_index=True)
    days_between = models.DecimalField(_("days between orders"), max_digits=7, decimal_places=1, null=True)
    next_order_on = models.DateField(_("next order expected"), null=True)
    channel = models.CharField(_("channel of the first order"), max_length=12, choices=Channel, null=True)
    preferred_category = models.ForeignKey(
        "catalogue.Category", verbose_name=_("preferred category"), related_name="+", null=True, on_delete=models.SET_NULL
    )

    objects = StatsQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer in figures")
        verbose_name_plural = _("customers in figures")
        constraints = [
            models.CheckConstraint(
                name="days_of_orders_are_in_order",
                condition=Q(orders=0) | Q(first_order_on__isnull=False, last_order_on__gte=F("first_order_on")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.orders}"
