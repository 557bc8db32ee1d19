"""What the loyalty app keeps."""

from loyalty.models.accounts import OF_LOTS, Account, Entry, Lot, Posting, Pot, Share
from loyalty.models.programme import Boost, Programme, Rule

__all__ = ["OF_LOTS", "Account", "Boost", "Entry", "Lot", "Posting", "Pot", "Programme", "Rule", "Share"]
