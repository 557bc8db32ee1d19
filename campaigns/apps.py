from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class Campaigns(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from campaigns import (  # noqa: F401  they register themselves
            audit,
            demo_automations,
            demo_letters,
            demo_people,
            facts,
            groups,
            handlers,
            merging,
            newsletter_leaving,
            panels,
            privacy,
        )
        from campaigns.automations import hearing, leaving  # noqa: F401  they too

        if not settings.TESTING:  # tests say themselves how much mail is too much
            post_migrate.connect(self._furnish, sender=self, dispatch_uid="campaigns-furnish")

    def _furnish(self, using: str = "default", **_signal: object) -> None:
        """A new shop starts with limits for its mail, segments to look at and automations; what is there stays as it is."""
        from campaigns.automations import ready as automations
        from campaigns.segments import ready as segments
        from shop.mail.models import Attention

        if using == "default" and not Attention.objects.exists():
            Attention.objects.create()
            segments.ensure()
            automations.ensure()
