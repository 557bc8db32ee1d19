"""Two rows that turn out to be one person become one row."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from shop.customers.models import Customer
from shop.events import log
from shop.events.catalog import CustomersMerged

Rule = Callable[[Customer, Customer], None]
_rules: dict[str, Rule] = {}

_FILLED_IN = ["first_name", "last_name", "phone", "language", "country", "time_zone", "email_confirmed_at"]


class CannotMerge(Exception):
    """Both rows have an account, or one of them is no longer a person's."""


def rule(label: str) -> Callable[[Rule], Rule]:
    """Register `function(keep, other)` that joins the rows of one model, named as "loyalty.Account".

    Needed where a customer has one row at most (a one-to-one): others simply change hands.
    """

    def register(function: Rule) -> Rule:
        _rules[label.lower()] = function
        return function

    return register


@transaction.atomic
def merge(keep: Customer, other: Customer) -> Customer:
    """Give everything of `other` to `keep`; `other` stays as an empty row that points there. Returns `keep` as it is now."""
    locked = {row.pk: row for row in Customer.objects.select_for_update().filter(pk__in=[keep.pk, other.pk]).order_by("pk")}
    kept, merged = locked[keep.pk], locked[other.pk]
    if kept == merged or kept.erased_at or merged.erased_at or (kept.user_id and merged.user_id):
        raise CannotMerge(f"{kept.pk} and {merged.pk}")
    for model, field in relations():
        if apply := _rules.get(model._meta.label_lower):
            apply(kept, merged)
        else:
            _change_hands(model, field, kept, merged)
    _fill_in(kept, merged)
    log.record(CustomersMerged(merged_id=merged.pk), customer=kept)
    return kept


def relations() -> Iterator[tuple[type[models.Model], str]]:
    """Every model that hangs off a customer, with the field that says so."""
    for relation in Customer._meta.related_objects:
        yield relation.related_model, relation.field.name  # type: ignore[misc]


def lacking_a_rule() -> list[str]:
    """Models of which a customer has one row at most, and that do not say how two become one."""
    single = [model._meta for model, field in relations() if getattr(model._meta.get_field(field), "unique", False)]
    return [meta.label for meta in single if meta.label_lower not in _rules]


def _change_hands(model: type[models.Model], field: str, kept: Customer, merged: Customer) -> None:
    rows = model._base_manager.filter(**{field: merged})
    unique = [constraint.fields for constraint in model._meta.constraints if isinstance(constraint, models.UniqueConstraint)]
    if not any(field in fields for fields in unique):
        rows.update(**{field: kept})
        return
    for row in rows:
        # Both may have reviewed one product: what cannot change hands stays with the emptied row.
        with suppress(IntegrityError), transaction.atomic():
            model._base_manager.filter(pk=row.pk).update(**{field: kept})


def _fill_in(kept: Customer, merged: Customer) -> None:
    """What the kept row lacks comes from the other, whose own fields are emptied."""
    for name in _FILLED_IN:
        if not getattr(kept, name):
            setattr(kept, name, getattr(merged, name))
    if kept.birth_day is None:
        kept.birth_day, kept.birth_month = merged.birth_day, merged.birth_month
        kept.birthday_changed_at = merged.birthday_changed_at
    kept.user_id = kept.user_id or merged.user_id
    kept.created_at = min(kept.created_at, merged.created_at)
    Customer.objects.filter(pk=merged.pk).update(
        email=None,
        user=None,
        first_name="",
        last_name="",
        phone="",
        birth_day=None,
        birth_month=None,
        erased_at=timezone.now(),
        merged_into=kept,
    )
    kept.save()
