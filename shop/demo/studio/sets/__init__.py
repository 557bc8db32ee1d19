"""Every product's set: what stands on the table when its picture is taken."""

from sets import bath, chocolate, coffee, gifts, honey, landscapes, tea, teaware  # noqa: F401 - each registers its pictures
from sets.table import SCENES, SECOND_VIEWS, SETS

__all__ = ["SCENES", "SECOND_VIEWS", "SETS"]
