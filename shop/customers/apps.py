from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class Customers(AppConfig):
    name = "shop.customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from shop.customers import accounts, facts, privacy, timeline  # noqa: F401
        from shop.customers.checks import customers_can_be_merged, facts_lead_somewhere

        checks.register(facts_lead_somewhere, checks.Tags.models)
        checks.register(customers_can_be_merged, checks.Tags.models)
