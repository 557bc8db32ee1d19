"""Stock and prices, with the promises about them kept by the database."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractStockRecord


class StockRecord(AbstractStockRecord):
    cost_price = models.DecimalField(_("cost"), max_digits=12, decimal_places=2, null=True, blank=True)
    compare_at_price = models.DecimalField(
        _("price before the reduction"), max_digits=12, decimal_places=2, null=True, blank=True
    )

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
