"""What must be right before the shop starts."""

from typing import Any

from django.core import checks
from django.core.exceptions import FieldDoesNotExist

from shop.customers import facts, merging


def facts_lead_somewhere(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Every fact's path ends at a field, through at most one row at each step."""
    problems: list[checks.CheckMessage] = []
    for fact in facts.every():
        try:
            fact.field()
        except (FieldDoesNotExist, AttributeError) as error:
            problems.append(checks.Error(f"The fact {fact.key} leads nowhere: {error}", id="customers.E001"))
    return problems


def customers_can_be_merged(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Every model of which a customer has one row at most says how two become one."""
    hint = "Register a merging.rule for it."
    return [checks.Error(f"{label} cannot be merged.", hint=hint, id="customers.E002") for label in merging.lacking_a_rule()]
