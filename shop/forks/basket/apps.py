from oscar.apps.basket.apps import BasketConfig


class Basket(BasketConfig):
    name = "shop.forks.basket"
    default = True

    def ready(self) -> None: ...
