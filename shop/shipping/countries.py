"""The countries an address can be in: a way of delivery makes those it goes to known."""

from collections.abc import Iterable

from babel import Locale
from oscar.apps.address.models import Country

_NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}  # as CLDR lists them


def make_known(codes: Iterable[str]) -> None:
    """Countries by their ISO 3166 codes as rows that addresses refer to; no codes means all the world."""
    names = Locale("en").territories
    wanted = sorted(codes) or [code for code in names if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES]
    Country.objects.bulk_create(
        [
            Country(
                iso_3166_1_a2=code, printable_name=names.get(code, code), name=names.get(code, code), is_shipping_country=True
            )
            for code in wanted
        ],
        update_conflicts=True,
        unique_fields=["iso_3166_1_a2"],
        update_fields=["is_shipping_country"],
    )
