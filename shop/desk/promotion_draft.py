"""A promotion as its form says it, written beside the real one and undone again: what nobody has saved can be tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models.base import ModelState

from shop.desk import promotion
from shop.forks.offer.models import ConditionalOffer


@contextmanager
def written(form: Any) -> Iterator[ConditionalOffer]:
    """The promotion of a valid form, until the end of the block. Rows of its own: no order waits for a lock on the real ones.

    It never runs: it is a paused one, and has no code.
    """
    with transaction.atomic():
        try:
            yield _beside(form)
        finally:
            transaction.set_rollback(True)


def _beside(form: Any) -> ConditionalOffer:
    offer: ConditionalOffer = copy(form.instance)
    offer._state = ModelState()
    offer._prefetched_objects_cache = {}  # the real one's code would be taken for its own
    offer.pk, offer.slug, offer.num_orders = None, "", 0
    for code, _name in settings.LANGUAGES:
        setattr(offer, f"name_{code}", None)
    offer.name = uuid4().hex
    form.fill_in(offer)
    offer.status = ConditionalOffer.SUSPENDED
    if "kind" in form.cleaned_data:
        offer.condition = offer.benefit = None
        said = form.promotion()
        said.code = ""
        promotion.write(offer, said, form.combining())
    else:
        offer.save()
        offer.combinations.set(form.combining())
    if form.instance.pk:
        offer.in_combination.set(form.instance.in_combination.all())  # who names the real one would name it
    return offer
