from oscar.apps.partner.apps import PartnerConfig


class Partner(PartnerConfig):
    name = "shop.forks.partner"
    default = True

    def ready(self) -> None: ...
