"""Oscar's offers with limits that hold: per customer rather than per account, and a budget that is a true cap."""

from datetime import datetime, time
from decimal import ROUND_DOWN, Decimal
from functools import cache
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.apps.offer.abstract_models import AbstractBenefit, AbstractCondition, AbstractConditionalOffer, AbstractRange

from shop.forks import money
from shop.forks.money import MoneyField
from shop.forks.races import is_guarded
from shop.forks.saving import SavesOnlyChanges

Classes = dict[str, type[models.Model]]  # type of a condition or benefit: the class that knows how to work


def _every_day() -> list[int]:
    return []


class OfferQuerySet(models.QuerySet["ConditionalOffer"]):
    def running(self, moment: datetime) -> Self:
        """Offers that are on at the moment, whatever their counters say."""
        return self.exclude(status=ConditionalOffer.SUSPENDED).filter(
            Q(start_datetime=None) | Q(start_datetime__lte=moment), Q(end_datetime=None) | Q(end_datetime__gte=moment)
        )

    def count_use(self, offer_id: int, *, times: int, amount: Decimal) -> bool:
        """One more order uses an offer so many times for so much; False when its limits do not allow that any more.

        Counted in the database under the row's lock, never in a loaded object.
        """
        rows = self.filter(pk=offer_id)
        if is_guarded("offer"):
            rows = rows.exclude(status=ConditionalOffer.SUSPENDED).filter(
                Q(max_global_applications=None) | Q(max_global_applications__gte=F("num_applications") + times),
                Q(max_discount=None) | Q(max_discount__gte=F("total_discount") + amount),
            )
        return bool(
            rows.update(
                num_orders=F("num_orders") + 1,
                num_applications=F("num_applications") + times,
                total_discount=F("total_discount") + amount,
            )
        )

    def uncount_use(self, offer_id: int, *, times: int, amount: Decimal) -> None:
        """An order that used it was given up."""
        self.filter(pk=offer_id).update(
            num_orders=Greatest(F("num_orders") - 1, 0),
            num_applications=Greatest(F("num_applications") - times, 0),
            total_discount=Greatest(F("total_discount") - amount, Decimal(0)),
        )


class ConditionalOffer(SavesOnlyChanges, AbstractConditionalOffer):
    class Audience(models.TextChoices):
        EVERYBODY = "everybody", _("everybody")
        SIGNED_IN = "signed_in", _("customers who are logged in")
        FIRST_ORDER = "first_order", _("customers with their first order")

    # A draft is suspended, so that nothing ever applies it, and says that it has not been on yet.
    is_draft = models.BooleanField(_("draft"), default=False, editable=False)
    # One of the above, or the key of a group of people, see shop.pricing.groups.
    audience = models.CharField(_("who gets it"), max_length=64, default=Audience.EVERYBODY)
    weekdays = models.JSONField(_("days of the week"), default=_every_day, blank=True)  # 0 is Monday; empty: all
    from_time = models.TimeField(_("from the hour"), null=True, blank=True)
    until_time = models.TimeField(_("until the hour"), null=True, blank=True)
    skips_reduced = models.BooleanField(
        _("not on what is reduced already"), default=False, help_text=_("Things with a price before the reduction stay out.")
    )
    badge = models.CharField(
        _("badge"), max_length=40, blank=True, help_text=_("Two or three words on cards and product pages. Empty: none.")
    )
    banner = models.CharField(
        _("banner"), max_length=160, blank=True, help_text=_("A sentence on top of the first page. Empty: none.")
    )
    has_countdown = models.BooleanField(
        _("count down to the end"), default=False, help_text=_("The banner says until when, and how long that is.")
    )
    max_discount = MoneyField(
        _("budget"), null=True, blank=True, help_text=_("All orders together never get more than this from the offer.")
    )
    total_discount = MoneyField(_("given so far"), default=0, editable=False)

    objects = OfferQuerySet.as_manager()

    # Filled in by shop.pricing for all offers at once: how often this customer used it in earlier orders, and which
    # offers it may share units with.
    uses_by_customer = 0
    names_partners = False
    partner_ids: frozenset[int] = frozenset()

    class Meta(AbstractConditionalOffer.Meta):
        constraints = [
            models.CheckConstraint(
                name="offer_budget_holds",
                condition=Q(max_discount=None) | Q(total_discount__lte=F("max_discount")),
                violation_error_message=_("Orders have already been given more than this budget."),
            ),
            models.CheckConstraint(
                name="offer_uses_hold",
                condition=Q(max_global_applications=None) | Q(num_applications__lte=F("max_global_applications")),
                violation_error_message=_("Orders have already used it more often than this limit."),
            ),
        ]

    def is_hour(self, moment: datetime) -> bool:
        """Whether its days of the week and hours, on the shop's clock, allow it at a moment."""
        here = timezone.localtime(moment)
        start, end = self.from_time or time.min, self.until_time or time.max
        at, day = here.time(), here.weekday()
        if start <= end:
            is_time = start <= at <= end
        else:  # from ten in the evening until two in the morning: those two hours are the end of the day before
            is_time = at >= start or at <= end
            day = (day - 1) % 7 if at <= end else day
        return is_time and (not self.weekdays or day in self.weekdays)

    @property
    def group(self) -> str:
        """The key of the group of people it is for; empty where everybody, or everybody of a sort, gets it."""
        return "" if self.audience in self.Audience.values else self.audience

    @property
    def budget_left(self) -> Decimal | None:
        """What it may still give; None without a budget."""
        if self.max_discount is None:
            return None
        return max(Decimal(self.max_discount) - Decimal(self.total_discount), Decimal(0))

    @property
    def is_counted(self) -> bool:
        """Whether what it has given so far limits what it gives."""
        return self.max_global_applications is not None or self.max_discount is not None

    def get_num_user_applications(self, user: Any) -> int:
        return self.uses_by_customer

    def get_max_applications(self, user: Any = None) -> int:
        """How often the basket at hand may use it."""
        limits = [
            1000,
            self.max_basket_applications,
            None if self.max_global_applications is None else self.max_global_applications - self.num_applications,
            None if self.max_user_applications is None else self.max_user_applications - self.uses_by_customer,
        ]
        if self.budget_left == 0:
            return 0
        return int(max(0, min(limit for limit in limits if limit is not None)))


class Benefit(AbstractBenefit):
    # Types of ours beside Oscar's, see shop.forks.offer.giving.
    BUNDLE, GIFT = "Bundle", "Gift"

    @property
    def proxy_map(self) -> Classes:
        return _benefit_classes()

    def round(self, amount: Decimal, currency: str | None = None, round_type: str = ROUND_DOWN) -> Decimal:
        """Discounts in whole units of the currency."""
        return amount.quantize(money.unit(currency or settings.OSCAR_DEFAULT_CURRENCY), round_type)


class Condition(AbstractCondition):
    @property
    def proxy_map(self) -> Classes:
        return _condition_classes()


# Oscar looks for its classes on the disk each time a condition is asked: half of what applying an offer costs.
@cache
def _benefit_classes() -> Classes:
    ours = {Benefit.BUNDLE: giving.BundleBenefit, Benefit.GIFT: giving.GiftBenefit}
    return {**AbstractBenefit.proxy_map.fget(Benefit()), **ours}


@cache
def _condition_classes() -> Classes:
    return dict(AbstractCondition.proxy_map.fget(Condition()))


class Range(AbstractRange):
    # Which products of the basket at hand are in it: filled in by shop.pricing for all ranges at once.
    members: frozenset[int] | None = None

    def contains_product(self, product: Any) -> bool:
        if self.members is None:
            return bool(super().contains_product(product))
        return product.pk in self.members


from oscar.apps.offer.models import (  # noqa: E402  Oscar skips the models that stand above
    RangeProduct,
    RangeProductFileUpload,
)

from shop.forks.offer import giving  # noqa: E402  its classes stand on Benefit

__all__ = ["Benefit", "Condition", "ConditionalOffer", "Range", "RangeProduct", "RangeProductFileUpload"]
