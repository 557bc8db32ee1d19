"""Stock and prices, with the promises about them kept by the database."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractStockRecord

from shop.forks.money import MoneyField
from shop.forks.races import is_guarded
from shop.forks.saving import SavesOnlyChanges

Units = Mapping[int, int]  # stock record id -> units


def _per_record(units: Units) -> Case:
    return Case(*[When(pk=pk, then=Value(count)) for pk, count in units.items()], default=Value(0), output_field=IntegerField())


class StockQuerySet(models.QuerySet["StockRecord"]):
    """The only place where stock moves. Each verb is one conditional UPDATE, so no stale object can undo it."""

    def lock_for(self, ids: list[int]) -> dict[int, "StockRecord"]:
        """The records, locked in the one order that everybody keeps, by id."""
        rows = self.filter(pk__in=ids).order_by("pk")
        if is_guarded("stock"):
            rows = rows.select_for_update(of=("self",))
        return {record.pk: record for record in rows}

    def with_units(self, units: Units) -> Self:
        """Those that have at least so many units free."""
        return self.filter(pk__in=units).filter(num_in_stock__gte=Coalesce(F("num_allocated"), 0) + _per_record(units))

    def reserve(self, units: Units) -> bool:
        """Hold units for an order; False, with some of them held, when not all were free: roll back then."""
        rows = self.with_units(units) if is_guarded("stock") else self.filter(pk__in=units)
        return len(units) == rows.update(
            num_allocated=Coalesce(F("num_allocated"), 0) + _per_record(units), date_updated=timezone.now()
        )

    def release(self, units: Units) -> None:
        """Units held for an order are free again."""
        self.filter(pk__in=units).update(
            num_allocated=Greatest(Coalesce(F("num_allocated"), 0) - _per_record(units), 0), date_updated=timezone.now()
        )

    def consume(self, units: Units) -> None:
        """Units held for an order leave the house."""
        self.filter(pk__in=units).update(
            num_allocated=Greatest(Coalesce(F("num_allocated"), 0) - _per_record(units), 0),
            num_in_stock=Greatest(F("num_in_stock") - _per_record(units), 0),
            date_updated=timezone.now(),
        )

    def restock(self, units: Units) -> None:
        """Units came back."""
        self.filter(pk__in=units).update(num_in_stock=F("num_in_stock") + _per_record(units), date_updated=timezone.now())


class StockRecord(SavesOnlyChanges, AbstractStockRecord):
    price = MoneyField(_("price"), null=True, blank=True)
    cost_price = MoneyField(_("cost"), null=True, blank=True)
    compare_at_price = MoneyField(_("price before the reduction"), null=True, blank=True)
    expected_on = models.DateField(_("back in stock about"), null=True, blank=True)

    @property
    def coming_on(self) -> date | None:
        """The day more are expected; none once it has passed."""
        return self.expected_on if self.expected_on and self.expected_on > timezone.localdate() else None

    objects = StockQuerySet.as_manager()

    class Meta(AbstractStockRecord.Meta):
        constraints = [
            models.CheckConstraint(name="price_is_not_negative", condition=Q(price__gte=0)),
            models.CheckConstraint(name="cost_is_not_negative", condition=Q(cost_price__gte=0)),
            models.CheckConstraint(name="compare_at_price_is_not_negative", condition=Q(compare_at_price__gte=0)),
            models.CheckConstraint(name="reserved_units_are_not_negative", condition=Q(num_allocated__gte=0)),
            models.CheckConstraint(
                name="reserved_units_are_in_stock",
                condition=Q(num_allocated__lte=F("num_in_stock")),
                violation_error_message=_("More units are reserved by orders than there would be in stock."),
            ),
        ]


from oscar.apps.partner.models import (  # noqa: E402  Oscar skips the models that stand above
    Partner,
    PartnerAddress,
    StockAlert,
)

__all__ = ["Partner", "PartnerAddress", "StockAlert", "StockRecord"]
