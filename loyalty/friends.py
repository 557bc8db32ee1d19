"""The code of a friend: opened as a link, typed on the page of the programme, or where vouchers are typed."""

from functools import partial

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from loyalty import arriving, programme, referrals
from loyalty.models import Rule
from shop.customers import identity
from shop.storefront import codes
from shop.storefront.codes import Answer


@codes.known
def answer(request: HttpRequest, code: str) -> Answer | None:
    """What a code does for whoever brings it: their first order counts for a friend. None for a code that nobody has."""
    code = "".join(code.split()).lower()
    referrer = referrals.referrer_of(code) if are_rewarded() else None
    if referrer is None:
        return None
    here = identity.of(request)
    if here == referrer:
        return Answer(error=_("This is your own code: send it to your friends."))
    if here and referrals.has_ordered(here):
        return Answer(error=_("You have ordered here before, so the code of a friend does not count any more."))
    said = _("Welcome! Your friend's recommendation counts with your first order.")
    return Answer(said=said, keep=partial(arriving.remember, code=code))


def are_rewarded() -> bool:
    """Whether the programme gives points for recommendations now."""
    return programme.rule_for(Rule.Kind.REFERRAL, timezone.now()) is not None
