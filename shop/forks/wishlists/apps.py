from oscar.apps.wishlists.apps import WishlistsConfig


class Wishlists(WishlistsConfig):
    name = "shop.forks.wishlists"
    default = True

    def ready(self) -> None: ...
