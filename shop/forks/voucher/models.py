"""Oscar's vouchers with uses that are counted by the database, for everybody or for one person.

A use takes a numbered slot of its voucher, and a slot can be taken once: that is what a limit is. A use outlives the
account that made it, or deleting an account would free a single-use code; it ends only when its order is given up.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.apps.voucher.abstract_models import AbstractVoucher, AbstractVoucherApplication

from shop.forks.money import MoneyField
from shop.forks.races import is_guarded
from shop.forks.saving import SavesOnlyChanges


class VoucherQuerySet(models.QuerySet["Voucher"]):
    def usable(self, moment: datetime) -> Self:
        """Vouchers that an order could still use at this moment, as far as their dates and uses go."""
        standing = VoucherApplication.objects.standing().filter(voucher=OuterRef("pk"))
        running = self.filter(start_datetime__lte=moment, end_datetime__gte=moment)
        return running.exclude(Q(usage=Voucher.SINGLE_USE) & Exists(standing))

    def lock_for(self, ids: Iterable[int]) -> list["Voucher"]:
        """The vouchers, locked in the one order that everybody keeps."""
        rows = self.filter(pk__in=ids).order_by("pk")
        return list(rows.select_for_update() if is_guarded("voucher") else rows)

    def count_use(self, voucher_id: int, amount: Decimal) -> None:
        self.filter(pk=voucher_id).update(num_orders=F("num_orders") + 1, total_discount=F("total_discount") + amount)

    def uncount_use(self, voucher_id: int, amount: Decimal) -> None:
        self.filter(pk=voucher_id).update(
            num_orders=Greatest(F("num_orders") - 1, 0), total_discount=Greatest(F("total_discount") - amount, Decimal(0))
        )


class Voucher(SavesOnlyChanges, AbstractVoucher):
    # Oscar wants each name once; a thousand people may get the same gift.
    name = models.CharField(_("name"), max_length=128, help_text=_("Shoppers read it in the basket."))
    owner = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("belongs to"),
        related_name="personal_vouchers",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        help_text=_("Only this person's orders can use it. Empty: everybody's."),
    )
    cause = models.CharField(
        _("cause"), max_length=120, null=True, blank=True, unique=True, editable=False
    )  # the same cause gives one voucher only
    max_uses = models.PositiveIntegerField(
        _("orders in all"), null=True, blank=True, help_text=_("How many orders may use it. Empty: no limit.")
    )
    total_discount = MoneyField(_("given so far"), default=0, editable=False)

    objects = VoucherQuerySet.as_manager()

    class Meta(AbstractVoucher.Meta):
        pass

    @property
    def slots(self) -> int | None:
        """How many orders may use it; None without a limit."""
        return 1 if self.usage == self.SINGLE_USE else self.max_uses

    def is_available_to_user(self, user: Any = None, customer: Any = None) -> tuple[bool, str]:
        """Whether it is worth trying. Whether it is good is decided when the order is placed, for the person who places it.

        Without `user` and `customer` nobody knows yet who asks: what belongs to a person may be tried.
        """
        if not is_guarded("voucher"):
            return True, ""
        if not self.is_for(customer, user):
            return False, gettext("This voucher belongs to somebody else.")
        standing = VoucherApplication.objects.standing().filter(voucher=self)
        if self.slots is not None and standing.count() >= self.slots:
            return False, gettext("This voucher has been used up.")
        once = self.usage == self.ONCE_PER_CUSTOMER and user is not None and user.is_authenticated
        if once and standing.filter(customer__user=user).exists():
            return False, gettext("You have used this voucher before.")
        return True, ""

    def is_for(self, customer: Any, user: Any = None) -> bool:
        """Whether this person may use it, as far as one can tell; an account with its owner's address counts as theirs."""
        if self.owner_id is None:
            return True
        if customer is not None:
            return bool(customer.pk == self.owner_id)
        if user is None or not user.is_authenticated:
            return True
        owner = self.owner
        return bool(owner and (owner.user_id == user.pk or (owner.user_id is None and owner.email == user.email)))


class VoucherApplicationQuerySet(models.QuerySet["VoucherApplication"]):
    def standing(self) -> "VoucherApplicationQuerySet":
        """Uses by orders that were not given up."""
        return self.filter(released_at=None)


class VoucherApplication(AbstractVoucherApplication):
    voucher = models.ForeignKey(Voucher, verbose_name=_("voucher"), related_name="applications", on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, related_name="voucher_uses", on_delete=models.PROTECT
    )
    slot = models.PositiveIntegerField(_("slot"), null=True, blank=True, editable=False)
    is_once_per_customer = models.BooleanField(default=False, editable=False)
    amount = MoneyField(_("given"), default=0)
    released_at = models.DateTimeField(_("order given up"), null=True, blank=True)

    objects = VoucherApplicationQuerySet.as_manager()

    class Meta(AbstractVoucherApplication.Meta):
        constraints = [
            models.UniqueConstraint(
                name="voucher_slot_is_taken_once", fields=["voucher", "slot"], condition=Q(released_at=None)
            ),
            models.UniqueConstraint(
                name="once_per_customer",
                fields=["voucher", "customer"],
                condition=Q(released_at=None, is_once_per_customer=True),
            ),
            models.UniqueConstraint(name="voucher_counts_once_in_an_order", fields=["voucher", "order"]),
        ]


from oscar.apps.voucher.models import VoucherSet  # noqa: E402  Oscar skips the models that stand above

__all__ = ["Voucher", "VoucherApplication", "VoucherSet"]
