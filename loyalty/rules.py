"""Changing a rule without rewriting the past: what was used stays as it was, and a new row takes its place."""

from django.db import transaction
from django.utils import timezone

from loyalty.models import Entry, Rule, Share

# Of these a change does not matter to what was earned.
PLAIN = {"name", "is_on"}


@transaction.atomic
def change(rule: Rule) -> Rule:
    """Save a changed rule; one that points were earned by, or promised, is replaced by a new version, which is returned."""
    before = Rule.objects.select_for_update().get(pk=rule.pk)
    fields = [field.attname for field in Rule._meta.concrete_fields if field.attname not in {"id", "made_at"}]
    changed = {name for name in fields if getattr(before, name) != getattr(rule, name)}
    if changed <= PLAIN or not is_used(before):
        rule.save()
        return rule
    now = timezone.now()
    values = {name: getattr(rule, name) for name in fields}
    before.replaced_at = now
    before.save(update_fields=["replaced_at"])
    return Rule.objects.create(**{**values, "replaces_id": before.pk, "replaced_at": None, "made_at": now})


def is_used(rule: Rule) -> bool:
    """Whether points were earned, or promised to an order, by it."""
    return Entry.objects.filter(rule=rule).exists() or Share.objects.filter(rule=rule).exists()


def versions_of(rule: Rule) -> list[Rule]:
    """What it was before, the latest first."""
    found: list[Rule] = []
    before = rule.replaces
    while before:
        found.append(before)
        before = before.replaces
    return found
