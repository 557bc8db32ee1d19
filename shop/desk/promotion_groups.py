"""Groups of people that promotions are for cannot be deleted from under them."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from unfold.admin import ModelAdmin

from shop.pricing import groups


class GroupAdmin(ModelAdmin):  # type: ignore[misc]
    """The admin of rows that are groups, see `shop.pricing.groups`: one by one or many, those in use stay."""

    kind_code: str  # of the kind of groups that they are

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        named = {f"{self.kind_code}:{one.pk}": str(one) for one in objs}
        return to_delete, counts, missing, [*protected, *_in_use(named)]


def _in_use(named: dict[str, str]) -> Iterable[str]:
    """What keeps these groups, by key: each promotion, with a link to its page."""
    said = gettext("The promotion “%(name)s” is for “%(group)s”: change there who gets it, or end it, first.")
    for offer in groups.used_by(named):
        page = reverse("admin:offer_conditionaloffer_change", args=[offer.pk])
        text = said % {"name": offer.name, "group": named[offer.audience]}
        yield format_html('<a class="desk-link" href="{}">{}</a>', page, text)
