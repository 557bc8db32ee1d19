"""An account moves to another address only when both mailboxes agree: first the one it has, then the new one.

The old mailbox gets two links: one asks the new mailbox in turn, the other says "it was not me". Allauth keeps the address
that waits (`EmailAddress`, not verified); nothing else has to be remembered.
"""

import uuid
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from shop.customers.models import Customer, User
from shop.mail import outbox

SALT = "shop.account.move"
GOOD_FOR = timedelta(days=3)


class BadLink(Exception):
    """The link is too old, was cut off, or the move has ended one way or the other."""


def needs_old_mailbox(address: EmailAddress) -> bool:
    """Whether the account has a confirmed mailbox that must agree before this address is asked."""
    others = EmailAddress.objects.filter(user=address.user_id, verified=True).exclude(email=address.email)
    return bool(others.exists())


def ask_old_mailbox(address: EmailAddress) -> None:
    """Write to the address that the account has now."""
    user = User.objects.get(pk=address.user_id)
    url = outbox.absolute(reverse("account_move", args=[_token(user, address)]))
    context = {"to_email": address.email, "from_email": user.email, "yes_url": url, "no_url": f"{url}?no"}
    customer = Customer.objects.known().filter(email=user.email).first()
    key = uuid.uuid4().hex  # each request is a cause of its own
    outbox.send("account_moving", customer, context, key=key, language=get_language(), to=user.email, is_secret=True)


def asked_by(token: str) -> EmailAddress:
    """The address that a link of ours asks about, while it still waits. Raises `BadLink`."""
    try:
        pk, old, new = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error
    address = EmailAddress.objects.select_related("user").filter(pk=pk, email=new, verified=False, user__email=old).first()
    if address is None:
        raise BadLink
    return address


def agree(request: HttpRequest, address: EmailAddress) -> None:
    """The old mailbox says yes: now the new one is asked."""
    get_adapter(request).ask_new_mailbox(request, EmailConfirmationHMAC.create(address))


@transaction.atomic
def refuse(request: HttpRequest, address: EmailAddress) -> None:
    """It was somebody else, who knew the password: the move ends, every browser is logged out, and a new password is due."""
    user = User.objects.select_for_update().get(pk=address.user_id)
    address.delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    form = ResetPasswordForm(data={"email": user.email})
    if form.is_valid():
        form.save(request)


def start_without_old_mailbox(request: HttpRequest, user: User, email: str) -> None:
    """For staff, when the old mailbox is lost: only the new one is asked. The old one is told once it is done."""
    address = EmailAddress.objects.add_new_email(request, user, email, send_verification=False)
    agree(request, address)


def _token(user: User, address: EmailAddress) -> str:
    return signing.dumps([address.pk, user.email, address.email], salt=SALT)
