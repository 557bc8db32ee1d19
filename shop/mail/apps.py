from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Mail(AppConfig):
    name = "shop.mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from shop.mail import handlers, privacy, timeline, webhooks, wishes  # noqa: F401
