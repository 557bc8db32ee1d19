from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Search(AppConfig):
    name = "shop.search"
    verbose_name = _("Search")
