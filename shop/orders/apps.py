from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Orders(AppConfig):
    name = "shop.orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from shop.orders import handlers, privacy  # noqa: F401  register themselves
