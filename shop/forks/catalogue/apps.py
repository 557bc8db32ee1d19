from oscar.apps.catalogue.apps import CatalogueConfig


class Catalogue(CatalogueConfig):
    name = "shop.forks.catalogue"
    default = True

    def ready(self) -> None: ...
