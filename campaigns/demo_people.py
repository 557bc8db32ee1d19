"""The demo's segments, its attention budget, and what each person wants to hear."""

import random
from datetime import date

from django.utils import translation
from django.utils.translation import gettext

from campaigns import engagement
from campaigns.segments import ready
from shop.customers.models import Customer
from shop.demo import chapters
from shop.demo.crowd import LOGINS
from shop.mail.models import Attention, Preference
from shop.pricing import personal

WEEKLY = 0.06  # of the subscribers want one mail a week


def write(today: date, seed: int) -> None:
    """The rows; the same seed writes the same."""
    if not Attention.objects.exists():
        Attention.objects.create()
    ready.ensure()
    chance = random.Random(f"wishes {seed}")
    readers = Customer.objects.agreeing_to("news").order_by("pk").values_list("pk", flat=True)
    weekly = [pk for pk in readers if chance.random() < WEEKLY]
    Preference.objects.bulk_create([Preference(customer_id=pk, per_week=1) for pk in weekly], ignore_conflicts=True)
    for name in LOGINS.values():
        person = Customer.objects.filter(email=f"{name}@teapotlane.example").first()
        if person:
            with translation.override(person.language):
                thanks = gettext("With our thanks")
            personal.issue(person, kind=personal.PERCENT, value=10, days=30, cause=f"demo:{name}", name=thanks)
    engagement.catch_up(None)


chapters.add("campaigns", "Segments and wishes about mail", write)
