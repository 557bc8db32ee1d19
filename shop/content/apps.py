from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Content(AppConfig):
    name = "shop.content"
    verbose_name = _("Content")

    def ready(self) -> None:
        from shop.content import kept

        kept.watch()
