from django.utils.translation import gettext_lazy as _
from oscar.core.application import OscarConfig


class Shipping(OscarConfig):
    name = "shop.shipping"
    verbose_name = _("Shipping")
