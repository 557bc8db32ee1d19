"""Campaigns in the admin: one module for each subject."""

from campaigns.admin import attention, automations, letters, newsletters, runs, segments

__all__ = ["attention", "automations", "letters", "newsletters", "runs", "segments"]
