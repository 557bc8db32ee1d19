"""What the loyalty app keeps."""

from loyalty.models.accounts import OF_LOTS, Account, Entry, Lot, Posting, Pot, Promise, Share
from loyalty.models.programme import Boost, Programme, Rule
from loyalty.models.referrals import Code, Referral
from loyalty.models.tiers import Tier

__all__ = [
    "OF_LOTS",
    "Account",
    "Boost",
    "Code",
    "Entry",
    "Lot",
    "Posting",
    "Pot",
    "Programme",
    "Promise",
    "Referral",
    "Rule",
    "Share",
    "Tier",
]
