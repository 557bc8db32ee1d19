from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Customers(AppConfig):
    name = "shop.customers"
    verbose_name = _("Customers")
