from oscar.apps.order.apps import OrderConfig


class Order(OrderConfig):
    name = "shop.forks.order"
    default = True

    def ready(self) -> None: ...
