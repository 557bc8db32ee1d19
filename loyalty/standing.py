"""Where a customer stands, and how the programme works, as shoppers read it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from loyalty import programme, referrals, tiers
from loyalty.models import Account, Lot, Programme, Referral, Rule, Tier
from loyalty.tiers import Progress
from shop import money
from shop.customers.models import Customer

SHOWN_TOGETHER = 100  # points whose worth is told: one alone is worth too little to say


@dataclass(frozen=True)
class Coming:
    """Points that come, or go, on a day."""

    on: date
    points: int


@dataclass(frozen=True)
class Standing:
    """What the points page of an account says."""

    account: Account
    worth: str
    pending: list[Coming]
    expiring: list[Coming]
    progress: Progress | None
    link: str
    friends: list[Referral]


def of(customer: Customer) -> Standing:
    """Everything at once; a customer without an account has an empty one."""
    found = Account.objects.select_related("tier").filter(customer=customer).first()
    account = found or Account(customer=customer)
    lots = Lot.objects.filter(account=found) if found else Lot.objects.none()
    waiting = lots.filter(pending__gt=0).order_by("available_at").values_list("available_at", "pending")
    ending = lots.filter(available__gt=0, expires_on__isnull=False).order_by("expires_on")
    recommends = referrals.may_recommend(customer)
    return Standing(
        account=account,
        worth=worth(account.available),
        pending=_by_day((timezone.localdate(moment), points) for moment, points in waiting),
        expiring=[Coming(day, points) for day, points in ending.values_list("expires_on").annotate(all=Sum("available"))],
        progress=tiers.progress_of(account) if programme.tiers() else None,
        link=referrals.link_of(customer) if recommends else "",
        friends=list(Referral.objects.filter(referrer=customer).exclude(state=Referral.State.REFUSED)[:20])
        if recommends
        else [],
    )


def _by_day(pairs: Any) -> list[Coming]:
    days: dict[date, int] = {}
    for day, points in pairs:
        days[day] = days.get(day, 0) + points
    return [Coming(day, points) for day, points in days.items()]


def worth(points: int) -> str:
    """What so many points pay for, as this language writes it."""
    return money.shown(programme.worth(points), settings.OSCAR_DEFAULT_CURRENCY)


@dataclass(frozen=True)
class Explained:
    """The programme in one screen."""

    programme: Programme
    purchase_points: int  # for each `purchase_amount` of goods
    purchase_amount: str
    worth_points: int
    worth: str
    deeds: list[Rule]
    tiers: list[Tier]
    referral: Rule | None
    referred: Rule | None


def explained() -> Explained:
    """How it works now. No query once a process knows the rules."""
    now = timezone.now()
    rate = next((rule.rate for rule in programme.rules() if rule.kind == Rule.Kind.PURCHASE and rule.is_in_force(now)), None)
    points, amount = _in_whole_points(rate or Decimal(0))
    deeds = [
        programme.rule_for(kind, now) for kind in (Rule.Kind.SIGN_UP, Rule.Kind.REVIEW, Rule.Kind.SURVEY, Rule.Kind.BIRTHDAY)
    ]
    return Explained(
        programme=programme.current(),
        purchase_points=points,
        purchase_amount=money.shown(amount, settings.OSCAR_DEFAULT_CURRENCY),
        worth_points=SHOWN_TOGETHER,
        worth=worth(SHOWN_TOGETHER),
        deeds=[rule for rule in deeds if rule and rule.points],
        tiers=programme.tiers(),
        referral=programme.rule_for(Rule.Kind.REFERRAL, now),
        referred=programme.rule_for(Rule.Kind.REFERRED, now),
    )


def _in_whole_points(rate: Decimal) -> tuple[int, Decimal]:
    """A rate as whole points for a round amount: 0.5 for each unit is 1 for each 2."""
    for amount in (1, 2, 5, 10, 20, 50, 100):
        if rate and rate * amount == int(rate * amount):
            return int(rate * amount), Decimal(amount)
    return int(rate * 100), Decimal(100)
