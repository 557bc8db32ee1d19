"""What campaigns keep: one module for each subject."""

from campaigns.models.engagement import Engagement
from campaigns.models.segments import Segment

__all__ = ["Engagement", "Segment"]
