from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Pricing(AppConfig):
    name = "shop.pricing"
    verbose_name = _("Pricing")

    def ready(self) -> None:
        from shop.pricing import privacy  # noqa: F401  registers itself
