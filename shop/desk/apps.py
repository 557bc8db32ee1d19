from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

OURS = ("shop.", "loyalty", "campaigns", "feedback", "analytics")


class Desk(AppConfig):
    """The staff's side of the shop. Only our own `admin` modules are read: Oscar's know nothing of our rules."""

    name = "shop.desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        for config in apps.get_app_configs():
            if config.name.startswith(OURS) and module_has_submodule(config.module, "admin"):
                import_module(f"{config.name}.admin")
