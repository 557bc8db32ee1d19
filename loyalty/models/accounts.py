"""The books: what each customer has in points, in which lots, and every movement there ever was.

A posting moves points of one lot from one pot to another, so no entry can be out of balance. Entries and postings are
only ever added: triggers refuse anything else, but that an entry comes to another account with its owner, or loses its
words with them. Lots and accounts are the sums of their postings, kept in the same transaction. Only `loyalty.ledger`
writes here, and what stands beside it: `expiry` for points that end, `booking` for accounts that become one.
"""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loyalty.models.reading import Reader
from shop.customers.models import Customer
from shop.forks.money import MoneyField
from shop.forks.races import is_guarded


class Pot(models.TextChoices):
    """Where a point can be. `ISSUED` and `DEBT` stand for the programme and for points owed to it: they have no lot."""

    ISSUED = "issued", _("issued")
    PENDING = "pending", _("pending")
    AVAILABLE = "available", _("available")
    HELD = "held", _("held for an order")
    SPENT = "spent", _("spent")
    EXPIRED = "expired", _("expired")
    REVERSED = "reversed", _("taken back")
    DEBT = "debt", _("owed")


OF_LOTS = (Pot.PENDING, Pot.AVAILABLE, Pot.HELD, Pot.SPENT, Pot.EXPIRED, Pot.REVERSED)


class AccountQuerySet(models.QuerySet["Account"]):
    def lock_for(self, customer: Customer) -> "Account":
        """The customer's account, opened if need be, locked until the transaction ends.

        Locks are taken in one order everywhere: basket or order, customer, points account, stock, vouchers, offers.
        """
        source = "FROM loyalty_account account WHERE customer_id = %s" + lock()
        found = accounts.read(source, [customer.pk])
        if not found:
            self.bulk_create([Account(customer_id=customer.pk)], ignore_conflicts=True)
            found = accounts.read(source, [customer.pk])
        found[0].customer = customer
        return found[0]

    def out_of_balance(self) -> Self:
        """Accounts whose sums are not those of their lots: none, ever."""
        sums = {f"lots_{pot}": _of_lots(pot) for pot in OF_LOTS} | {"lots_points": _of_lots("points")}
        same = {pot.value: F(f"lots_{pot}") for pot in OF_LOTS} | {"earned": F("lots_points")}
        return self.annotate(**sums).exclude(**same)


def _of_lots(column: str) -> models.Func:
    mine = Lot.objects.filter(account=models.OuterRef("pk")).order_by().values("account")
    summed = mine.annotate(all=models.Sum(column)).values("all")[:1]
    return models.functions.Coalesce(models.Subquery(summed, output_field=models.BigIntegerField()), 0)


class Account(models.Model):
    """What one customer has, in points."""

    customer = models.OneToOneField(
        Customer, verbose_name=_("customer"), related_name="loyalty_account", on_delete=models.PROTECT
    )
    available = models.PositiveBigIntegerField(_("available"), default=0)
    pending = models.PositiveBigIntegerField(_("pending"), default=0)
    held = models.PositiveBigIntegerField(_("held for orders"), default=0)
    debt = models.PositiveBigIntegerField(
        _("owed"), default=0, help_text=_("Points taken back after they were spent; the next ones earned go here first.")
    )
    earned = models.PositiveBigIntegerField(_("earned in all"), default=0)
    spent = models.PositiveBigIntegerField(_("spent in all"), default=0)
    expired = models.PositiveBigIntegerField(_("expired in all"), default=0)
    reversed = models.PositiveBigIntegerField(_("taken back in all"), default=0)
    expires_on = models.DateField(_("next points expire after"), null=True, blank=True)
    expiring = models.PositiveBigIntegerField(_("points that expire next"), default=0)
    opened_at = models.DateTimeField(_("member since"), default=timezone.now)
    spend = MoneyField(_("spent in the last 12 months"), default=0, help_text=_("On goods, less what was refunded."))
    tier = models.ForeignKey(
        "Tier", verbose_name=_("tier"), related_name="accounts", null=True, blank=True, on_delete=models.PROTECT
    )
    tier_since = models.DateField(_("in this tier since"), null=True, blank=True)
    tier_ends_on = models.DateField(
        _("tier kept until"), null=True, blank=True, help_text=_("Set while the customer spends less than the tier asks for.")
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("points account")
        verbose_name_plural = _("points accounts")
        constraints = [
            models.CheckConstraint(
                name="an_account_adds_up",
                condition=Q(
                    earned=F("pending") + F("available") + F("held") + F("spent") + F("expired") + F("reversed"),
                ),
            ),
            models.CheckConstraint(name="expiring_points_are_there", condition=Q(expiring__lte=F("available"))),
        ]
        indexes = [
            models.Index(name="accounts_by_points", fields=["available"]),
            models.Index(name="accounts_by_expiry", fields=["expires_on"]),
        ]

    def __str__(self) -> str:
        return str(self.customer)


accounts = Reader(Account, "account")


def lock() -> str:
    """What makes a SELECT of an account lock it."""
    return " FOR UPDATE OF account" if is_guarded("points") else ""


class LotQuerySet(models.QuerySet["Lot"]):
    def spendable(self) -> Self:
        """Lots with points to spend, those that expire soonest first, then the oldest."""
        return self.filter(available__gt=0).order_by(F("expires_on").asc(nulls_last=True), "pk")

    def due(self, now: datetime) -> Self:
        """Pending lots whose time has come."""
        return self.filter(pending__gt=0, available_at__lte=now)

    def out_of_date(self, today: date) -> Self:
        """Lots with points that were good until a day before this one."""
        return self.filter(available__gt=0, expires_on__lt=today)


class Lot(models.Model):
    """Points that were earned together, and so expire together."""

    account = models.ForeignKey(Account, verbose_name=_("account"), related_name="lots", on_delete=models.PROTECT)
    entry = models.OneToOneField("Entry", verbose_name=_("earned by"), related_name="lot", on_delete=models.PROTECT)
    points = models.PositiveIntegerField(_("points"))
    pending = models.PositiveIntegerField(_("pending"), default=0)
    available = models.PositiveIntegerField(_("available"), default=0)
    held = models.PositiveIntegerField(_("held"), default=0)
    spent = models.PositiveIntegerField(_("spent"), default=0)
    expired = models.PositiveIntegerField(_("expired"), default=0)
    reversed = models.PositiveIntegerField(_("taken back"), default=0)
    available_at = models.DateTimeField(_("available from"))
    expires_on = models.DateField(_("good until"), null=True, blank=True, help_text=_("The last day. Empty: for ever."))
    # The last day however often somebody earns and spends till then; `expires_on` is it, or earlier for want of activity.
    good_until = models.DateField(null=True, blank=True)
    lasts_months = models.PositiveSmallIntegerField(_("good for, in months"), null=True, blank=True)
    warned_on = models.DateField(_("expiry announced"), null=True, blank=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            models.CheckConstraint(
                name="a_lot_adds_up",
                condition=Q(
                    points=F("pending") + F("available") + F("held") + F("spent") + F("expired") + F("reversed"),
                ),
            ),
            models.CheckConstraint(name="a_lot_has_points", condition=Q(points__gt=0)),
        ]
        indexes = [
            models.Index(name="lots_to_spend", fields=["account", "expires_on"], condition=Q(available__gt=0)),
            models.Index(name="lots_to_expire", fields=["expires_on"], condition=Q(available__gt=0)),
            models.Index(name="lots_to_activate", fields=["available_at"], condition=Q(pending__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.points} #{self.pk}"


class Entry(models.Model):
    """One movement of points, for one cause. Never changed, never deleted."""

    class Kind(models.TextChoices):
        EARN = "earn", _("Earned")
        ACTIVATE = "activate", _("Became available")
        HOLD = "hold", _("Held for an order")
        SPEND = "spend", _("Spent")
        RELEASE = "release", _("Hold released")
        RETURN = "return", _("Given back")
        REVERSE = "reverse", _("Taken back")
        EXPIRE = "expire", _("Expired")
        ADJUST = "adjust", _("Given by staff")
        TAKE = "take", _("Taken by staff")
        REPAY = "repay", _("Set off against points owed")

    class Reason(models.TextChoices):
        ORDER = "order", _("Purchase")
        SIGN_UP = "sign_up", _("Opening an account")
        REVIEW = "review", _("Review")
        SURVEY = "survey", _("Answered questions")
        BIRTHDAY = "birthday", _("Birthday")
        REFERRAL = "referral", _("Recommending the shop")
        REFERRED = "referred", _("Coming on a recommendation")
        GOODWILL = "goodwill", _("Goodwill")
        CORRECTION = "correction", _("Correction")

    account = models.ForeignKey(Account, verbose_name=_("account"), related_name="entries", on_delete=models.PROTECT)
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    reason = models.CharField(_("why"), max_length=12, choices=Reason, blank=True)
    cause = models.CharField(_("cause"), max_length=120)
    points = models.PositiveIntegerField(_("points"))
    forgiven = models.PositiveIntegerField(
        _("not taken"), default=0, help_text=_("Should have been taken back, but was spent already.")
    )
    order = models.ForeignKey(
        "order.Order", verbose_name=_("order"), related_name="points", null=True, blank=True, on_delete=models.PROTECT
    )
    undoes = models.ForeignKey(
        "self", verbose_name=_("belongs to"), related_name="followers", null=True, blank=True, on_delete=models.PROTECT
    )
    rule = models.ForeignKey(
        "Rule", verbose_name=_("rule"), related_name="entries", null=True, blank=True, on_delete=models.PROTECT
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), related_name="+", null=True, blank=True, on_delete=models.SET_NULL
    )
    note = models.CharField(_("note"), max_length=255, blank=True)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(name="one_entry_per_cause", fields=["kind", "cause"]),
            models.UniqueConstraint(name="a_hold_ends_once", fields=["undoes"], condition=Q(kind__in=["spend", "release"])),
        ]
        indexes = [models.Index(name="entries_of_an_account", fields=["account", "-happened_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.points}"


class Posting(models.Model):
    """Points of one lot that moved from one pot into another. Never changed, never deleted."""

    entry = models.ForeignKey(Entry, related_name="postings", on_delete=models.PROTECT)
    lot = models.ForeignKey(Lot, related_name="postings", null=True, on_delete=models.PROTECT)
    source = models.CharField(_("from"), max_length=10, choices=Pot)
    target = models.CharField(_("to"), max_length=10, choices=Pot)
    points = models.PositiveIntegerField(_("points"))

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_posting_moves_points", condition=Q(points__gt=0) & ~Q(source=F("target"))),
            models.CheckConstraint(
                name="points_move_in_lots", condition=Q(lot__isnull=False) | Q(source=Pot.DEBT) | Q(target=Pot.DEBT)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points}: {self.source} → {self.target}"


class Promise(models.Model):
    """What an order will earn once it is paid: the number its buyer saw, whatever the rules say by then."""

    order = models.OneToOneField("order.Order", related_name="points_promised", on_delete=models.PROTECT)
    points = models.PositiveIntegerField(_("points"))

    def __str__(self) -> str:
        return f"{self.points}"


class Share(models.Model):
    """What one order line earns, and by which rule: what a refund of it takes back."""

    line = models.OneToOneField("order.Line", related_name="points_share", on_delete=models.PROTECT)
    promise = models.ForeignKey(Promise, related_name="shares", on_delete=models.PROTECT)
    rule = models.ForeignKey("Rule", related_name="+", on_delete=models.PROTECT)
    amount = models.DecimalField(_("counted amount"), max_digits=14, decimal_places=3)
    rate = models.DecimalField(_("points for each unit of money"), max_digits=12, decimal_places=4)

    def __str__(self) -> str:
        return f"{self.amount} × {self.rate}"
