"""Day tables: what each day of the shop's time zone came to, in the shapes that the figures are added up from.

Rows belong to `analytics.filling`, which writes whole days at once. Every count is of orders that count (see `Sale`).
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from analytics.models.sales import Channel
from shop.forks.money import MoneyField


class Day(models.Model):
    """A day that has been filled, with its totals in the shop's currency."""

    day = models.DateField(_("day"), primary_key=True)
    orders = models.PositiveIntegerField(_("orders"), default=0)
    paid = MoneyField(_("paid"), default=0)
    refunded = MoneyField(_("given back of these orders"), default=0)
    given_back = MoneyField(_("given back on the day"), default=0)
    filled_at = models.DateTimeField(_("filled"), db_default=Now())

    class Meta:
        verbose_name = _("retention")
        verbose_name_plural = _("retention")
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)


class Turnover(models.Model):
    """Orders and money of a day by where they came from and went to."""

    day = models.DateField(_("day"), db_index=True)
    currency = models.CharField(_("currency"), max_length=12)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    country = models.CharField(_("country"), max_length=2, blank=True)
    is_first = models.BooleanField(_("first order of the customer"))
    orders = models.PositiveIntegerField(_("orders"))
    paid = MoneyField(_("paid"))
    refunded = MoneyField(_("given back"))

    class Meta:
        verbose_name = _("turnover")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return f"{self.day} {self.channel} {self.country}"


class Movement(models.Model):
    """Customers who came and went on a day, by the channel of their first order; and what all of that channel spent."""

    day = models.DateField(_("day"), db_index=True)
    channel = models.CharField(_("channel of the first order"), max_length=12, choices=Channel)
    new = models.PositiveIntegerField(_("bought for the first time"))
    won_back = models.PositiveIntegerField(_("came back"))
    lost = models.PositiveIntegerField(_("went"))
    orders = models.PositiveIntegerField(_("orders"))
    net = MoneyField(_("net revenue"))

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")

    def __str__(self) -> str:
        return f"{self.day} {self.channel}: +{self.new} +{self.won_back} −{self.lost}"


class Gap(models.Model):
    """Orders of a day by the day of the customer's order before (`back` 1) or of the one before that (`back` 2).

    From these two the number of people who ordered, and who ordered twice, can be told for any period: see
    `analytics.sums`. An empty channel is all channels together.
    """

    day = models.DateField(_("day"))
    channel = models.CharField(_("channel of the first order"), max_length=12, blank=True)
    back = models.PositiveSmallIntegerField(_("how many orders back"))
    since = models.DateField(_("day of that order"))
    is_second = models.BooleanField(_("second order of the customer"))
    sales = models.PositiveIntegerField(_("orders"))

    class Meta:
        verbose_name = _("gap between orders")
        verbose_name_plural = _("gaps between orders")
        indexes = [
            models.Index(name="gaps_by_day", fields=["channel", "day", "since"], include=["back", "is_second", "sales"]),
            models.Index(
                name="second_orders",
                fields=["channel", "since", "day"],
                include=["sales"],
                condition=models.Q(back=1, is_second=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} ← {self.since}"


class Cohort(models.Model):
    """What the customers of one month did on a day. `customers` counts each on their first order of the calendar month."""

    day = models.DateField(_("day"), db_index=True)
    month = models.DateField(_("month of the first order"))
    channel = models.CharField(_("channel of the first order"), max_length=12, choices=Channel)
    currency = models.CharField(_("currency"), max_length=12)
    customers = models.PositiveIntegerField(_("customers"))
    orders = models.PositiveIntegerField(_("orders"))
    net = MoneyField(_("net revenue"))

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} on {self.day}"


class ProductSale(models.Model):
    """What was sold of a product on a day. `firsts` are orders that were the first of their customer."""

    day = models.DateField(_("day"), db_index=True)
    product = models.ForeignKey("catalogue.Product", related_name="+", null=True, on_delete=models.CASCADE)
    currency = models.CharField(_("currency"), max_length=12)
    orders = models.PositiveIntegerField(_("orders"))
    firsts = models.PositiveIntegerField(_("first orders"))
    units = models.PositiveIntegerField(_("units"))
    refunded_units = models.PositiveIntegerField(_("units given back"))
    paid = MoneyField(_("paid"))
    refunded = MoneyField(_("given back"))
    net_without_tax = MoneyField(_("without tax, less what was given back"))

    class Meta:
        verbose_name = _("sales of a product")
        verbose_name_plural = _("products in figures")

    def __str__(self) -> str:
        return f"{self.day} {self.product_id}: {self.units}"


class Tally(models.Model):
    """What the log tells of a day: points, members, answers.

    Where a person counts once in a period, the row of their next time takes back what the last one counted, and `since` is
    the day of that: such a row counts in periods that begin by then.
    """

    day = models.DateField(_("day"))
    name = models.CharField(_("of what"), max_length=30)
    since = models.DateField(_("takes back what was counted on"), null=True)
    number = models.BigIntegerField(_("number"))

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        indexes = [
            models.Index(name="tallies_by_day", fields=["day", "since"], include=["name", "number"]),
            models.Index(name="members_by_day", fields=["day"], include=["number"], condition=models.Q(name="members")),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}: {self.number}"


class Due(models.Model):
    """A day that something has changed on since it was filled. Only added to and removed, so that nobody waits for anybody."""

    day = models.DateField(_("day"), db_index=True)
    noted_at = models.DateTimeField(_("noted"), db_default=Now())

    class Meta:
        verbose_name = _("day to fill")
        verbose_name_plural = _("days to fill")

    def __str__(self) -> str:
        return str(self.day)


class Restatement(models.Model):
    """A day that was over and came to something else later, most often because money was given back."""

    day = models.DateField(_("day"))
    noticed_at = models.DateTimeField(_("noticed"), db_default=Now(), db_index=True)
    orders_before = models.PositiveIntegerField(_("orders before"))
    orders_after = models.PositiveIntegerField(_("orders after"))
    net_before = MoneyField(_("net revenue before"))
    net_after = MoneyField(_("net revenue after"))

    class Meta:
        verbose_name = _("restated day")
        verbose_name_plural = _("restated days")
        ordering = ["-noticed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.day}: {self.net_before} → {self.net_after}"


class Rebuild(models.Model):
    """One rebuilding of everything from the orders, and what it found to differ from what was kept along the way."""

    began_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    sales_wrong = models.PositiveIntegerField(_("sales that differed"), default=0)
    days_wrong = models.PositiveIntegerField(_("days that differed"), default=0)

    class Meta:
        verbose_name = _("rebuilding")
        verbose_name_plural = _("rebuildings")
        ordering = ["-began_at"]

    def __str__(self) -> str:
        return str(self.began_at)
