"""Events begin automations: one handler for all of them."""

from dataclasses import asdict

from campaigns.automations import running, triggers
from shop.customers.models import Customer
from shop.events.catalog import Event
from shop.events.registry import on


def start_automations(event: Event, customer: Customer | None) -> None:
    """Let the person enter whatever begins with this."""
    if customer is None:
        return
    for trigger in triggers.of_event(event):
        if cause := triggers.BEGINNINGS[trigger].cause(event):
            running.begin(trigger, customer, cause, asdict(event))


for heard in triggers.heard():
    on(heard)(start_automations)
