from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Campaigns(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from campaigns import audit, demo_people, facts, handlers, merging, panels, privacy  # noqa: F401  they register themselves
        from campaigns.automations import hearing, leaving  # noqa: F401  they too
