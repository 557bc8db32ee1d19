"""Oscar's basket: one open basket for each owner, and what the header shows kept on the row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket.abstract_models import AbstractBasket


class Basket(AbstractBasket):
    item_count = models.PositiveIntegerField(_("items"), default=0, editable=False)
    shown_total = models.DecimalField(_("total at the last change"), max_digits=12, decimal_places=2, default=0, editable=False)

    class Meta(AbstractBasket.Meta):
        constraints = [models.UniqueConstraint(name="one_open_basket_per_owner", fields=["owner"], condition=Q(status="Open"))]


from oscar.apps.basket.models import (  # noqa: E402  Oscar skips the models that stand above
    Line,
    LineAttribute,
)

__all__ = ["Basket", "Line", "LineAttribute"]
