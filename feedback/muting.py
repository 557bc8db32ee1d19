"""Who waits for an answer of the shop is not sent its advertising."""

from django.utils.translation import gettext_noop

from feedback.models import Case
from shop.customers.models import Customer
from shop.mail import gate


@gate.rule
def while_a_case_is_open(customer: Customer, topic: str) -> str:
    """Why mail about a topic stays here; asked again when it is about to leave. Mail that orders need has no topic."""
    is_open = Case.objects.open().filter(customer=customer).exists()
    return gettext_noop("A case with this customer is open.") if is_open else ""
