"""What tiers bring at the checkout."""

from loyalty import programme
from loyalty.models import Account
from shop.customers.models import User
from shop.shipping import perks


@perks.free_delivery
def has_free_delivery(owner: User) -> bool:
    """Whether somebody's tier delivers free: only of an account whose address is confirmed."""
    if not programme.current().is_on or not any(tier.has_free_delivery for tier in programme.tiers()):
        return False
    return Account.objects.filter(customer__user=owner, tier__has_free_delivery=True).exists()
