from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Loyalty(AppConfig):
    name = "loyalty"
    verbose_name = _("Loyalty")

    def ready(self) -> None:
        from loyalty import (  # they register themselves
            audit,  # noqa: F401
            demo,  # noqa: F401
            facts,  # noqa: F401
            friends,  # noqa: F401
            giving,  # noqa: F401
            handlers,  # noqa: F401
            merging,  # noqa: F401
            panels,  # noqa: F401
            perks,  # noqa: F401
            privacy,  # noqa: F401
            programme,
            purchases,
            referrals,
            spending,  # noqa: F401
        )
        from shop.orders import steps

        steps.while_placing(purchases.promise)
        steps.while_placing(referrals.note)
        programme.watch()
