"""Oscar's offers; their names and texts exist in each language of the shop."""

from oscar.apps.offer.models import (  # noqa: E402  Oscar skips the models that stand above
    Benefit,
    Condition,
    ConditionalOffer,
    Range,
    RangeProduct,
    RangeProductFileUpload,
)

__all__ = ["Benefit", "Condition", "ConditionalOffer", "Range", "RangeProduct", "RangeProductFileUpload"]
