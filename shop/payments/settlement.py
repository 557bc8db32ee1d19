"""How an attempt ended: the same function for the browser's return, the webhook and the sweep."""

from typing import Any


def settle(attempt: Any) -> Any:
    """The attempt, brought up to date with what the provider says of it."""
    raise NotImplementedError
