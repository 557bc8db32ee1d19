"""Where somebody's clock stands: what a browser may say about it, and what a person can choose."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from shop.customers.models import Customer

_OF_NOWHERE = ("001", "ZZ")  # territories of CLDR that are no country: nobody lives in UTC


def known(name: str) -> str:
    """The zone under the name it has today; empty for what is none, or none where people live.

    Browsers that hide where they are say UTC.
    """
    today = get_global("zone_aliases").get(name, name)
    return today if today in _inhabited() else ""


def fill_in(customer: Customer, name: str) -> None:
    """Note what a browser said, unless the person's zone is known. Anybody can send a form: it overwrites nothing."""
    if zone := known(name):
        Customer.objects.filter(pk=customer.pk, time_zone="").update(time_zone=zone)


@cache
def choices(language: str) -> tuple[tuple[str, str], ...]:
    """Zone and label, such as "Europe/Bucharest" and "Romania", by label; with the city where a country has several."""
    locale = Locale.parse(language, sep="-")
    found = {}
    for country, zones in get_global("territory_zones").items():
        here = [zone for zone in zones if zone in _inhabited()]
        name = locale.territories.get(country, country)
        for zone in here:
            found[zone] = name if len(here) == 1 else f"{name}: {_city(zone, locale)}"
    return tuple(sorted(found.items(), key=lambda one: one[1].casefold()))


def _city(zone: str, locale: Locale) -> str:
    names = [zone, *(old for old, today in get_global("zone_aliases").items() if today == zone)]
    said = (locale.time_zones.get(name, {}).get("city") for name in names)  # CLDR keeps some under their old name
    return next(filter(None, said), zone.rpartition("/")[2].replace("_", " "))


@cache
def _inhabited() -> frozenset[str]:
    countries = get_global("territory_zones").items()
    named = {zone for country, zones in countries if country not in _OF_NOWHERE for zone in zones}
    return frozenset(named & available_timezones())
