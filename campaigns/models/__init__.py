"""What campaigns keep: one module for each subject."""

from campaigns.models.automations import Automation, Intervention, Passed, Run, Trigger, Version
from campaigns.models.clicks import Attribution, Click, Hit, Link
from campaigns.models.engagement import Engagement
from campaigns.models.letters import Letter, Picture
from campaigns.models.newsletters import Newsletter, Recipient, Slot
from campaigns.models.segments import Segment

__all__ = [
    "Attribution",
    "Automation",
    "Click",
    "Engagement",
    "Hit",
    "Intervention",
    "Letter",
    "Link",
    "Newsletter",
    "Picture",
    "Passed",
    "Recipient",
    "Run",
    "Segment",
    "Slot",
    "Trigger",
    "Version",
]
