from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Analytics(AppConfig):
    name = "analytics"
    label = "insights"  # Oscar owns "analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        from analytics import audit, demo, facts, groups, handlers, panels, privacy, sources  # noqa: F401  register themselves
