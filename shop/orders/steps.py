"""What else happens in the transaction that writes an order.

Apps above this one register a step in their `ready()`: payments opens its first attempt, points may be held. A step
that raises undoes the whole order.
"""

from collections.abc import Callable
from typing import Any

from shop.forks.order.models import Order

Step = Callable[[Order, Any, Any], None]  # the order, the checkout's Details and the Quote
_steps: list[Step] = []


def while_placing(step: Step) -> Step:
    """Have a function called with each new order, inside its transaction, after everything is written."""
    _steps.append(step)
    return step


def take_all(order: Order, details: Any, quote: Any) -> None:
    for step in _steps:
        step(order, details, quote)
