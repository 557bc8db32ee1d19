"""What the admin calls the models that Oscar brings: in our words, so that they can be said in every language of the staff."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# One of them, and several. Oscar's own names are translated into few languages, and "Order" there may mean a sequence.
NAMES: dict[str, tuple[Any, Any]] = {
    "catalogue.product": (_("product"), _("products")),
    "catalogue.productclass": (_("kind of product"), _("kinds of products")),
    "catalogue.productattribute": (_("characteristic"), _("characteristics")),
    "catalogue.productimage": (_("picture"), _("pictures")),
    "catalogue.productrecommendation": (_("recommended product"), _("recommended products")),
    "catalogue.category": (_("category"), _("categories")),
    "catalogue.attributeoptiongroup": (_("list of options"), _("lists of options")),
    "catalogue.attributeoption": (_("option to choose"), _("options to choose")),
    "partner.stockrecord": (_("price and stock"), _("prices and stock")),
    "offer.conditionaloffer": (_("offer"), _("offers")),
    "order.order": (pgettext_lazy("of goods", "order"), pgettext_lazy("of goods", "orders")),
    "order.line": (_("line of an order"), _("lines of an order")),
    "order.ordernote": (_("note"), _("notes")),
    "reviews.productreview": (_("review"), _("reviews")),
    "voucher.voucher": (_("voucher code"), _("voucher codes")),
    "customers.user": (_("account"), _("accounts")),
}


def use() -> None:
    """Give the models these names. Options of a model that are set like this leave its migrations alone."""
    for label, (one, several) in NAMES.items():
        options = apps.get_model(label)._meta
        options.verbose_name, options.verbose_name_plural = one, several
