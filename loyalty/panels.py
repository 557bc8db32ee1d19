"""Points on the customer's page of the admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty import history, programme, tiers
from loyalty.models import Account, Entry, Pot, Referral
from shop.customers import panels, timeline
from shop.customers.models import Customer
from shop.events import catalog

LATEST = 6

_OF_POINTS = [
    event.kind
    for event in (
        catalog.PointsEarned,
        catalog.PointsAvailable,
        catalog.PointsSpent,
        catalog.PointsReturned,
        catalog.PointsReversed,
        catalog.PointsExpired,
        catalog.PointsExpiring,
        catalog.ReferralRewarded,
    )
]
timeline.calls(_OF_POINTS, "points", _("points"))
timeline.calls([catalog.PointsEarned.kind], "reason", _("for"), dict(Entry.Reason.choices))
timeline.calls([catalog.PointsEarned.kind], "is_pending", Pot.PENDING.label)
timeline.calls([catalog.PointsExpiring.kind], "expires_on", _("until"))
timeline.calls([catalog.TierReached.kind, catalog.TierLeft.kind], "tier")
timeline.calls([catalog.TierLeft.kind], "now", _("now"))


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
