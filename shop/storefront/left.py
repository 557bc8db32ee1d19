"""Baskets that were left behind: noted once for each change, so that a reminder can be sent."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext

from shop.customers import consent, zones
from shop.customers.models import Consent, Customer
from shop.events.catalog import BasketLeft
from shop.events.log import record
from shop.forks.basket.models import Basket
from shop.storefront.checkout_form import REMIND_ME
from shop.storefront.models import CheckoutDraft, LeftBasket

LEFT_AFTER = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=3)  # what nobody noted by then (the worker stood still) is no news any more
AT_ONCE = 500


def note(now: datetime) -> int:
    """Record `BasketLeft` for baskets that nobody touched for an hour and whose owner is known; return how many.

    Each basket is a transaction of its own. Safe to run twice at a time: the basket's row is locked while it is noted.
    """
    ids = list(_left(now).values_list("pk", flat=True)[:AT_ONCE])
    return sum(_note(pk, now) for pk in ids)


def _left(now: datetime) -> QuerySet[Basket]:
    changed = Q(left=None) | Q(left__changed_at__lt=F("changed_at")) | Q(checkout_draft__updated_at__gt=F("left__noted_at"))
    untouched = Q(checkout_draft=None) | Q(checkout_draft__updated_at__lte=now - LEFT_AFTER)
    known = Q(owner__customer__isnull=False) | ~Q(checkout_draft=None) & ~Q(checkout_draft__email="")
    return Basket.objects.filter(
        changed & untouched & known,
        status=Basket.OPEN,
        item_count__gt=0,
        changed_at__range=(now - FORGOTTEN_AFTER, now - LEFT_AFTER),
    ).order_by("changed_at")


@transaction.atomic
def _note(basket_id: int, now: datetime) -> bool:
    # Locked without its neighbours: PostgreSQL cannot lock the side of an outer join that may be empty.
    if not Basket.objects.select_for_update(skip_locked=True).filter(pk=basket_id).first():
        return False
    basket = _left(now).filter(pk=basket_id).select_related("checkout_draft").first()
    if basket is None:
        return False
    LeftBasket.objects.update_or_create(basket=basket, defaults={"changed_at": basket.changed_at, "noted_at": now})
    customer = _owner(basket)
    if customer is None:
        return False
    currency = settings.OSCAR_DEFAULT_CURRENCY
    event = BasketLeft(basket_id=basket_id, items=basket.item_count, total=str(basket.shown_total), currency=currency)
    record(event, customer=customer)
    return True


def _owner(basket: Basket) -> Customer | None:
    """Whose it is. An address typed in a checkout makes a stranger known only if they asked to be reminded."""
    draft: CheckoutDraft | None = getattr(basket, "checkout_draft", None)
    asks = draft is not None and bool(draft.data.get("wants_reminder"))
    if basket.owner_id:
        customer = Customer.objects.filter(user=basket.owner_id).first()
    elif draft is None:
        return None
    elif asks:
        customer = Customer.objects.for_email(draft.email)
        zones.fill_in(customer, draft.data.get("time_zone", ""))
    else:
        customer = Customer.objects.known().filter(email=draft.email).first()
    if customer and draft and asks:
        _note_wish(customer, draft)
    return customer


def _note_wish(customer: Customer, draft: CheckoutDraft) -> None:
    """The box in the checkout was ticked; who has said no since is not asked again by it."""
    if not customer.language and draft.language:
        Customer.objects.filter(pk=customer.pk, language="").update(language=draft.language)
    said_no = customer.consents.filter(topic=Consent.Topic.BASKET, is_given=False, happened_at__gt=draft.updated_at)
    if not consent.is_given(customer, Consent.Topic.BASKET) and not said_no.exists():
        with translation.override(draft.language or settings.LANGUAGE_CODE):
            wording = gettext(REMIND_ME)
        consent.give(customer, Consent.Topic.BASKET, source=Consent.Source.CHECKOUT, wording=wording)
