from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Rules(AppConfig):
    name = "shop.rules"
    verbose_name = _("Rules")
