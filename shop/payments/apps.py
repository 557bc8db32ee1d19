from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Payments(AppConfig):
    name = "shop.payments"
    verbose_name = _("Payments")
