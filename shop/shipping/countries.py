"""The countries an address can be in: a way of delivery makes those it goes to known."""

from collections.abc import Iterable

from babel import Locale
from oscar.apps.address.models import Country

_NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}  # as CLDR lists them


def make_known(codes: Iterable[str]) -> None:
    """Countries by their ISO 3166 codes as rows that addresses refer to; no codes means all the world."""
    names = {str(code): str(name) for code, name in Locale("en").territories.items()}
    world = [code for code in names if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES]
    rows = [(code, names.get(code, code)) for code in sorted(codes) or world]
    Country.objects.bulk_create(
        [Country(iso_3166_1_a2=code, printable_name=name, name=name, is_shipping_country=True) for code, name in rows],
        update_conflicts=True,
        unique_fields=["iso_3166_1_a2"],
        update_fields=["is_shipping_country"],
    )
