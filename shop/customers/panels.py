"""What apps show on the customer page: each panel is a template and the values it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from shop.customers.models import Customer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Fill = Callable[[Customer], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A part of the customer page: `fill(customer)` gives the values of the template, or `None` when it has nothing to say."""

    key: str
    label: "StrOrPromise"
    template: str
    fill: Fill
    order: int = 50
    permission: str = ""


_panels: dict[str, Panel] = {}


def show(key: str, label: "StrOrPromise", *, template: str, order: int = 50, permission: str = "") -> Callable[[Fill], Fill]:
    """Register a panel; `permission` is what a member of staff needs to see it."""

    def register(fill: Fill) -> Fill:
        if key in _panels:
            raise ValueError(f"The panel {key} is declared twice.")
        _panels[key] = Panel(key, label, template, fill, order, permission)
        return fill

    return register


def drawn_for(customer: Customer, *, staff: Any) -> list[tuple["StrOrPromise", SafeString]]:
    """Label and HTML of each panel that this member of staff may see and that has something to say."""
    allowed = [each for each in _panels.values() if not each.permission or staff.has_perm(each.permission)]
    filled = [(each, each.fill(customer)) for each in sorted(allowed, key=lambda each: (each.order, each.key))]
    return [
        (each.label, render_to_string(each.template, values | {"customer": customer}))
        for each, values in filled
        if values is not None
    ]
