"""Who hears of what: filled by the `handlers` modules that each app imports in its `ready()`."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from shop.customers.models import Customer
from shop.events.catalog import Event

E = TypeVar("E", bound=Event)
Handler = Callable[[Any, Customer | None], None]

_handlers: dict[str, dict[str, Handler]] = defaultdict(dict)


def on(event_class: type[E]) -> Callable[[Callable[[E, Customer | None], None]], Callable[[E, Customer | None], None]]:
    """Register a function `handler(event, customer)`; it runs in a worker, in a transaction of its own."""

    def register(handler: Callable[[E, Customer | None], None]) -> Callable[[E, Customer | None], None]:
        _handlers[event_class.kind][f"{handler.__module__}.{handler.__name__}"] = handler
        return handler

    return register


def handlers_of(kind: str) -> dict[str, Handler]:
    """The handlers of an event kind by their dotted name."""
    return dict(_handlers.get(kind, {}))


def event_classes() -> dict[str, type[Event]]:
    """Every event class by kind."""
    return {cls.kind: cls for cls in Event.__subclasses__()}
