"""What a customer's orders come to, on their page in the admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from analytics.models import Stats
from shop.customers import panels
from shop.customers.models import Customer


@panels.show("figures", _("In figures"), template="analytics/_panel.html", order=20, permission="insights.view_day")
def _figures(customer: Customer) -> dict[str, Any] | None:
    stats = Stats.objects.buyers().filter(customer=customer).select_related("preferred_category").first()
    return {"stats": stats} if stats else None
