from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Imports(AppConfig):
    name = "shop.imports"
    verbose_name = _("Imports")
