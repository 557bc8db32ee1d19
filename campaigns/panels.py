"""What the customer page shows of mail: how the person takes it, and why something did not reach them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Engagement
from shop.customers import panels
from shop.customers.models import Customer
from shop.mail import wishes

LATEST = 15


@panels.show("mail", gettext_lazy("Marketing mail"), template="campaigns/_panel.html", order=45, permission="mail.view_message")
def _panel(customer: Customer) -> dict[str, Any] | None:
    rows = customer.mail_decisions.select_related("message").order_by("-decided_at", "-pk")[:LATEST]
    decisions = [
        {
            "at": row.decided_at,
            "message": row.message,
            "outcome": row.get_outcome_display(),
            "reason": _(row.reason) if row.reason else "",
            "until": row.until,
        }
        for row in rows
    ]
    said, engagement = wishes.of(customer), Engagement.objects.filter(customer=customer).first()
    if not decisions and engagement is None and said.pk is None:
        return None
    is_paused = said.paused_until is not None and said.paused_until > timezone.now()
    return {"decisions": decisions, "engagement": engagement, "wish": said, "is_paused": is_paused}
