"""An account for a guest who has just ordered: a password is all that is missing."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.signals import user_signed_up
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from shop.customers.models import User
from shop.forks.order.models import Order
from shop.storefront import limits
from shop.storefront.shopping import ShopRequest


@sensitive_post_parameters("password")
@require_POST
def open_account(request: ShopRequest, token: str) -> HttpResponse:
    """Make an account with the order's address and send the link that confirms it.

    The answer is the same whether there is an account already: nobody learns here which addresses have one.
    """
    order = get_object_or_404(Order, token=token)
    password = request.POST.get("password", "")
    back = redirect("checkout:thank-you", token=token)
    if limits.is_spent("account", str(token), tries=5, seconds=3600):
        messages.error(request, _("That was often. Please try again in an hour."))
        return back
    try:
        validate_password(password, User(email=order.email))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return back
    _register(request, order.email, password, order)
    messages.success(request, _("Nearly there: open the mail that we have just sent to %(email)s.") % {"email": order.email})
    return back


def _register(request: ShopRequest, email: str, password: str, order: Order) -> None:
    try:
        with transaction.atomic():
            address = order.shipping_address
            names = {"first_name": address.first_name, "last_name": address.last_name} if address else {}
            user = User.objects.create_user(email, password, **names)
            made = EmailAddress.objects.create(user=user, email=user.email, primary=True)
            user_signed_up.send(sender=User, request=request, user=user)
    except IntegrityError:
        get_adapter(request).send_account_already_exists_mail(email)
    else:
        made.send_confirmation(request, signup=True)
