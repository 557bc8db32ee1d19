"""What tiers bring at the checkout."""

from collections.abc import Collection

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from loyalty import programme
from loyalty.models import Account, Tier
from shop.customers.models import Customer, User
from shop.pricing import groups
from shop.shipping import perks


@perks.free_delivery
def has_free_delivery(owner: User) -> bool:
    """Whether somebody's tier delivers free: only of an account whose address is confirmed."""
    if not programme.current().is_on or not any(tier.has_free_delivery for tier in programme.tiers()):
        return False
    return Account.objects.filter(customer__user=owner, tier__has_free_delivery=True).exists()


class Tiers(groups.Kind):
    """Who has reached a tier: promotions can be for them."""

    code, name = "tier", _("From this tier on")

    def named(self) -> dict[str, str]:
        return {str(tier.pk): str(tier.name) for tier in programme.tiers()}

    def of(self, customer: Customer, ids: Collection[str]) -> set[str]:
        if not programme.current().is_on:
            return set()
        here = Account.objects.filter(customer=customer).values("tier__threshold")[:1]
        reached = Tier.objects.filter(pk__in=_numbers(ids), threshold__lte=Subquery(here))
        return {str(pk) for pk in reached.values_list("pk", flat=True)}

    def customers(self, group_id: str) -> QuerySet[Customer]:
        if not programme.current().is_on:
            return Customer.objects.none()
        asked = Tier.objects.filter(pk__in=_numbers([group_id])).values("threshold")[:1]
        return Customer.objects.filter(loyalty_account__tier__threshold__gte=Subquery(asked))

    def reasons(self, ids: Collection[str]) -> dict[str, str]:
        known = self.named() if programme.current().is_on else {}
        text = gettext("It is for customers who have reached “%(tier)s”.")
        return {one: text % {"tier": known[one]} for one in ids if one in known}


def _numbers(ids: Collection[str]) -> list[int]:
    return [int(one) for one in ids if one.isascii() and one.isdigit()]


groups.register(Tiers())
