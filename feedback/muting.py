"""Who waits for an answer of the shop is not sent its advertising meanwhile."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_noop

from feedback.models import Case
from shop.customers.models import Customer
from shop.mail import gate
from shop.mail.gate import Hold


@gate.holds
def while_a_case_is_open(customers: Sequence[Customer]) -> Mapping[int, Hold]:
    """Put off until the case is closed, and asked again before each mail leaves. Mail that orders need is not asked about."""
    waiting = Case.objects.open().filter(customer__in=[one.pk for one in customers]).values_list("customer", flat=True)
    return {pk: Hold(gettext_noop("A case with this customer is open.")) for pk in waiting if pk}
