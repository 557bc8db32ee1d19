"""What an address needs in each country, and which country the shopper is in."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.abstract_models import AbstractAddress
from oscar.apps.address.models import Country

from shop.orders.showing import country_name
from shop.rules.kept import Kept
from shop.shipping.models import Method

COOKIE = "country"
_YEAR = 365 * 24 * 3600

# Where a parcel is lost without it. Elsewhere the postcode says it all and the field is not shown.
_STATES: dict[str, Promise] = {
    "AU": _("State"),
    "BR": _("State"),
    "CA": _("Province"),
    "CN": _("Province"),
    "ES": _("Province"),
    "IN": _("State"),
    "IT": _("Province"),
    "JP": _("Prefecture"),
    "MX": _("State"),
    "RO": _("County"),
    "US": _("State"),
}
_MAY_LACK_POSTCODE = {"MD", "IL", "CL"}  # people there seldom know theirs
_EXAMPLES = {
    "AT": "1010", "BE": "1000", "BG": "1000", "CA": "K1A 0B1", "CH": "8001", "CZ": "110 00", "DE": "10115", "DK": "1050",
    "EE": "10111", "ES": "28001", "FI": "00100", "FR": "75001", "GB": "SW1A 1AA", "GR": "104 31", "HR": "10000",
    "HU": "1051", "IE": "D02 AF30", "IT": "00184", "LT": "LT-01100", "LV": "LV-1050", "MD": "MD-2001", "NL": "1012 AB",
    "NO": "0150", "PL": "00-001", "PT": "1100-148", "RO": "010011", "SE": "111 20", "SI": "1000", "SK": "811 01",
    "TR": "34000", "UA": "01001", "US": "10001",
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What one country's address has. `state` is the word for it there, empty where there is none."""

    code: str
    has_postcode: bool
    needs_postcode: bool
    example: str
    state: Promise | str

    def postcode(self, typed: str) -> str | None:
        """The postcode as the country writes it; None if it cannot be one."""
        tidy = re.sub(r"\s+", "", typed).upper()
        pattern = AbstractAddress.POSTCODES_REGEX.get(self.code, "")
        for candidate in (tidy, f"{self.code}-{tidy}"):  # "2001" is enough for MD-2001
            if re.fullmatch(pattern, candidate):
                return _spaced(self.code, candidate)
        return None


def rules_of(code: str) -> Rules:
    """The rules of a country by its ISO 3166 code."""
    has_postcode = code in AbstractAddress.POSTCODES_REGEX
    return Rules(
        code=code,
        has_postcode=has_postcode,
        needs_postcode=has_postcode and code not in _MAY_LACK_POSTCODE,
        example=_EXAMPLES.get(code, ""),
        state=_STATES.get(code, ""),
    )


def deliverable() -> list[str]:
    """Codes of the countries to which something is delivered."""
    return list(_deliverable())


def _read() -> list[str]:
    places = list(Method.objects.filter(is_on=True).values_list("countries", flat=True))
    codes = Country.objects.filter(is_shipping_country=True).values_list("iso_3166_1_a2", flat=True)
    return [code for code in codes if any(not named or code in named for named in places)]


_deliverable = Kept(_read, "shipping_method", "address_country")


def choices(codes: list[str]) -> list[tuple[str, str]]:
    """Code and name of each country, by name, in the active language."""
    return sorted(((code, country_name(code)) for code in codes), key=lambda choice: choice[1].casefold())


def remembered(request: HttpRequest) -> str:
    """The country the shopper chose last; the shop's own until then."""
    code = request.COOKIES.get(COOKIE, "")
    return code if re.fullmatch(r"[A-Z]{2}", code) else settings.SHOP_COUNTRY


def remember(response: HttpResponse, code: str) -> None:
    """Keep the country for the next page, so that its totals are right from the start."""
    response.set_cookie(COOKIE, code, max_age=_YEAR, secure=settings.IS_SECURE, httponly=True, samesite="Lax")


def _spaced(code: str, postcode: str) -> str:
    if code == "GB":
        return f"{postcode[:-3]} {postcode[-3:]}"
    if code == "PL" and "-" not in postcode:
        return f"{postcode[:2]}-{postcode[2:]}"
    if code in {"CA", "NL"}:
        cut = 3 if code == "CA" else 4
        return f"{postcode[:cut]} {postcode[cut:]}"
    return postcode
