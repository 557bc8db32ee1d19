from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "shop.search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from shop.search import handlers

        handlers.connect()
