"""Points on the customer's page of the admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty import history, programme, tiers
from loyalty.models import Account, Referral
from shop.customers import panels
from shop.customers.models import Customer

LATEST = 6


@panels.show("points", _("Points"), template="loyalty/desk/_panel.html", order=30, permission="loyalty.view_account")
def _points(customer: Customer) -> dict[str, Any] | None:
    account = Account.objects.select_related("tier").filter(customer=customer).first()
    if account is None:
        return None
    return {
        "account": account,
        "rows": history.of(account, 0, LATEST)[:LATEST],
        "progress": tiers.progress_of(account) if programme.tiers() else None,
        "came_by": Referral.objects.select_related("referrer").filter(referee=customer).first(),
        "friends": Referral.objects.filter(referrer=customer).count(),
    }
