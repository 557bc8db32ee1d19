"""What staff see at /admin/: each module registers its part."""

from shop.desk import categories, kinds, offers, orders, products, staff

__all__ = ["categories", "kinds", "offers", "orders", "products", "staff"]
