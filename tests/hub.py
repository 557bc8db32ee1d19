"""Means for tests of the hub: handlers that hear for the length of one test."""

from collections.abc import Iterator
from contextlib import contextmanager

from shop.events import registry
from shop.events.catalog import Event


@contextmanager
def hearing(event_class: type[Event], *handlers: registry.Handler, only: bool = True) -> Iterator[None]:
    """Let these functions hear an event, by default instead of the shop's own handlers."""
    before = registry._handlers[event_class.kind]
    registry._handlers[event_class.kind] = {} if only else dict(before)
    try:
        for handler in handlers:
            registry.on(event_class)(handler)
        yield
    finally:
        registry._handlers[event_class.kind] = before
