from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Payments(AppConfig):
    name = "shop.payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from shop.orders import steps
        from shop.payments import attempts, audit  # noqa: F401  audit registers itself

        steps.while_placing(attempts.open_first)
