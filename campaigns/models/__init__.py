"""What campaigns keep: one module for each subject."""

from campaigns.models.clicks import Attribution, Click, Hit, Link
from campaigns.models.engagement import Engagement
from campaigns.models.letters import Letter, Picture
from campaigns.models.newsletters import Newsletter, Recipient, Slot
from campaigns.models.segments import Segment

__all__ = [
    "Attribution",
    "Click",
    "Engagement",
    "Hit",
    "Letter",
    "Link",
    "Newsletter",
    "Picture",
    "Recipient",
    "Segment",
    "Slot",
]
