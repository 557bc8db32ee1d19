"""Allauth's flows with our mails: every account mail goes through the outbox, with links to the shop's own address."""

import uuid
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from django.core.validators import MaxLengthValidator
from django.urls import reverse
from django.utils.translation import get_language

from shop.customers.models import Customer, User, normalised
from shop.mail import moving, outbox

# Allauth's template for each mail, and the kind of message it is here.
KINDS = {
    "account/email/email_confirmation_signup": "account_confirm_email",
    "account/email/email_confirmation": "account_confirm_email",
    "account/email/password_reset_key": "account_password_reset",
    "account/email/unknown_account": "account_unknown",
    "account/email/account_already_exists": "account_known",
    "account/email/email_changed": "account_email_changed",
    "account/email/email_deleted": "account_email_changed",
    "account/email/password_changed": "account_password_changed",
    "account/email/password_reset": "account_password_changed",
    "account/email/password_set": "account_password_changed",
    "account/email/email_confirm": "",  # said on the page that confirms it
    "mfa/email/totp_activated": "account_second_step",
    "mfa/email/totp_deactivated": "account_second_step",
    "mfa/email/webauthn_added": "account_second_step",
    "mfa/email/webauthn_removed": "account_second_step",
    "mfa/email/recovery_codes_generated": "account_second_step",
}
SECRET_KINDS = {"account_confirm_email", "account_password_reset"}
_SHOWN = ("activate_url", "password_reset_url", "from_email", "to_email", "deleted_email", "ip", "timestamp")


class Adapter(DefaultAccountAdapter):
    """How accounts behave where Allauth leaves it to the shop."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        kind = KINDS[template_prefix]
        if not kind:
            return
        # Somebody may type any address here: nobody becomes a customer by that.
        customer = Customer.objects.known().filter(email=normalised(email)).first()
        outbox.send(
            kind,
            customer,
            {
                **{name: context[name] for name in _SHOWN if context.get(name)},
                "email": email,
                "what": template_prefix.rpartition("/")[2],
                "signup_url": outbox.absolute(reverse("account_signup")),
            },
            key=uuid.uuid4().hex,  # each request for a mail is a cause of its own
            language=get_language(),
            to=email,
            is_secret=kind in SECRET_KINDS,
        )

    def clean_email(self, email: str) -> str:
        """Every form that takes an address asks this: longer ones than mail knows fit no column of ours."""
        MaxLengthValidator(254)(email)
        return str(super().clean_email(email))

    def is_safe_url(self, url: str | None) -> bool:
        """Whether `next` may be followed. What is not even an address, such as `http://[`, is no way either."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def save_user(self, request: Any, user: User, form: Any, commit: bool = True) -> User:
        user.last_login = None  # opening an account is not a visit; a reset link sent meanwhile stays good
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def send_confirmation_mail(self, request: Any, emailconfirmation: Any, signup: bool) -> None:
        """An account that has a mailbox asks that one first."""
        if not signup and moving.needs_old_mailbox(emailconfirmation.email_address):
            moving.ask_old_mailbox(emailconfirmation.email_address)
        else:
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def add_message(self, request: Any, level: int, message_template: str | None = None, *args: Any, **kwargs: Any) -> None:
        """Not "we wrote to the new address" of somebody who moves: the page says which mailbox is asked first."""
        if message_template != "account/messages/email_confirmation_sent.txt" or not request.user.is_authenticated:
            super().add_message(request, level, message_template, *args, **kwargs)

    def ask_new_mailbox(self, request: Any, emailconfirmation: Any) -> None:
        """The old mailbox has agreed, or staff has looked into it."""
        super().send_confirmation_mail(request, emailconfirmation, signup=False)

    # Links never come from the request: its host is whatever the sender of the request wrote.
    def get_email_confirmation_url(self, request: Any, emailconfirmation: Any) -> str:
        return outbox.absolute(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return outbox.absolute(path.replace("UID-KEY", quote(key)))

    def send_account_already_exists_mail(self, email: str) -> None:
        url = outbox.absolute(reverse("account_reset_password"))
        self.send_mail("account/email/account_already_exists", email, {"password_reset_url": url})
