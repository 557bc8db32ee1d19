from importlib import import_module

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

OURS = ("shop.", "loyalty", "campaigns", "feedback", "analytics")


class Desk(AppConfig):
    """The staff's side of the shop. Only our own `admin` modules are read: Oscar's know nothing of our rules."""

    name = "shop.desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from shop.desk import goodwill_page, roles, words  # noqa: F401  the page registers its panel and its gift

        words.use()
        for config in apps.get_app_configs():
            if config.name.startswith(OURS) and module_has_submodule(config.module, "admin"):
                import_module(f"{config.name}.admin")
        post_migrate.connect(self._write_groups, dispatch_uid="desk-roles")
        self.roles = roles

    def _write_groups(self, sender: AppConfig, using: str = "default", **_signal: object) -> None:
        """Once, after the rights of the last app are there."""
        last = [config.label for config in apps.get_app_configs() if config.models_module][-1]
        if sender.label == last:
            self.roles.write_groups(using=using)
