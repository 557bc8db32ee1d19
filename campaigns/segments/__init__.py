"""Groups of customers by rules: from JSON that somebody wrote to one queryset, and why a person is in it or not."""

from campaigns.segments.matching import customers
from campaigns.segments.reasons import why
from campaigns.segments.rules import CannotRead, Rules, read

__all__ = ["CannotRead", "Rules", "customers", "read", "why"]
