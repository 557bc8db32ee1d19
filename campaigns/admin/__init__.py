"""Campaigns in the admin: one module for each subject."""

from campaigns.admin import attention, segments

__all__ = ["attention", "segments"]
