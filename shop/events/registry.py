"""Who hears of what: filled by the `handlers` modules that each app imports in its `ready()`."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from shop.events.catalog import Event

if TYPE_CHECKING:
    from shop.customers.models import Customer

E = TypeVar("E", bound=Event)
Handler = Callable[[Any, "Customer | None"], None]
HandlerOf = Callable[[E, "Customer | None"], None]

_handlers: dict[str, dict[str, Handler]] = defaultdict(dict)
_former_names: dict[str, str] = {}


def on(event_class: type[E], *, formerly: Iterable[str] = ()) -> Callable[[HandlerOf[E]], HandlerOf[E]]:
    """Register a function `handler(event, customer)`; it runs in a worker, in a transaction of its own.

    A handler is known by its dotted name, which waiting deliveries carry. `formerly` lists the names that a renamed or
    moved one had before, so that what was waiting for it still arrives.
    """

    def register(handler: HandlerOf[E]) -> HandlerOf[E]:
        name = f"{handler.__module__}.{handler.__name__}"
        if name in _handlers[event_class.kind]:
            raise ValueError(f"Two handlers of {event_class.kind} are called {name}.")
        _handlers[event_class.kind][name] = handler
        _former_names.update(dict.fromkeys(formerly, name))
        return handler

    return register


def handlers_of(kind: str) -> dict[str, Handler]:
    """The handlers of an event kind by their dotted name."""
    return dict(_handlers.get(kind, {}))


def handler_called(name: str, kind: str) -> Handler | None:
    """The handler a delivery is addressed to, under its name of today or a former one."""
    handlers = _handlers.get(kind, {})
    return handlers.get(name) or handlers.get(_former_names.get(name, ""))


def event_classes() -> dict[str, type[Event]]:
    """Every event class by kind."""
    return {cls.kind: cls for cls in Event.__subclasses__()}
