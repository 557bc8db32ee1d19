from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Loyalty(AppConfig):
    name = "loyalty"
    verbose_name = _("Loyalty")

    def ready(self) -> None:
        from loyalty import merging, programme, spending  # noqa: F401  register themselves

        programme.watch()
