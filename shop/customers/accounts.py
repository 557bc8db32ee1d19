"""How accounts behave: allauth's flows, with our mails."""

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Account mails go through the outbox like every other mail."""
