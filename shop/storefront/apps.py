from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Storefront(AppConfig):
    name = "shop.storefront"
    verbose_name = _("Storefront")

    def ready(self) -> None:
        from shop.storefront import handlers, mails, privacy  # noqa: F401  they register themselves
