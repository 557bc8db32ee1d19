"""Points in the admin: customers' accounts, the journal, and what the merchant decides."""

from loyalty.admin import accounts, recommendations, settings, tiers

__all__ = ["accounts", "recommendations", "settings", "tiers"]
