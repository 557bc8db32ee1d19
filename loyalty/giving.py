"""Points as something staff give to make good (shop.desk.goodwill)."""

from django.utils.translation import gettext_lazy as _

from loyalty import ledger, programme
from loyalty.models import Entry
from shop.customers.models import Customer, User
from shop.desk import goodwill


@goodwill.offers("points", _("Points"), unit=_("points"), permission="loyalty.add_entry", limits={"support": 500})
def give(customer: Customer, amount: int, *, by: User, reason: str, cause: str) -> Entry:
    """So many points, to spend at once."""
    if not programme.current().is_on:
        raise goodwill.Refused(_("The points programme is not running."))
    return ledger.adjust(customer, amount, by=by, note=reason, cause=cause, reason=Entry.Reason.GOODWILL)
