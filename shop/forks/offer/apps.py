from oscar.apps.offer.apps import OfferConfig


class Offer(OfferConfig):
    name = "shop.forks.offer"
    default = True

    def ready(self) -> None: ...
