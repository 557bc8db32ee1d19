from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Feedback(AppConfig):
    name = "feedback"
    verbose_name = _("Feedback")

    def ready(self) -> None:
        from feedback import arriving, audit, demo, facts, handlers, muting, panels, privacy, tiles  # noqa: F401
