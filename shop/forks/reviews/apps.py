from oscar.apps.catalogue.reviews.apps import CatalogueReviewsConfig


class Reviews(CatalogueReviewsConfig):
    name = "shop.forks.reviews"
    default = True

    def ready(self) -> None: ...
