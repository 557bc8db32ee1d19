"""The programme of Teapot Lane: its rules, bonus days and tiers."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime

from loyalty.models import Boost, Programme, Rule, Tier

LASTS_MONTHS = 12
RETURN_DAYS, DELIVERY_DAYS = 14, 7

_NAMES = {"en": "Teapot points", "uk": "Чайникові бали", "ru": "Чайные баллы", "ro": "Puncte de ceainic"}
_PROMISES = {
    "en": "A point for each euro. A hundred of them pour you five euros of something good.",
    "uk": "Бал за кожне євро. Сто балів наливають вам смачного на п’ять євро.",
    "ru": "Балл за каждый евро. Сто баллов нальют вам вкусного на пять евро.",
    "ro": "Un punct pentru fiecare euro. O sută de puncte îți toarnă ceva bun de cinci euro.",
}
_TIERS: list[tuple[str, str, bool, dict[str, str], dict[str, str]]] = [
    (
        "80",
        "1",
        False,
        {"en": "Green leaf", "uk": "Зелений лист", "ru": "Зелёный лист", "ro": "Frunza verde"},
        {
            "en": "A sample in every parcel",
            "uk": "Пробник у кожній посилці",
            "ru": "Пробник в каждой посылке",
            "ro": "O mostră în fiecare colet",
        },
    ),
    (
        "200",
        "1.25",
        False,
        {"en": "Black leaf", "uk": "Чорний лист", "ru": "Чёрный лист", "ro": "Frunza neagră"},
        {
            "en": "A sample in every parcel\nNew harvests a day before everybody",
            "uk": "Пробник у кожній посилці\nНовий урожай на день раніше за всіх",
            "ru": "Пробник в каждой посылке\nНовый урожай на день раньше всех",
            "ro": "O mostră în fiecare colet\nRecoltele noi cu o zi mai devreme",
        },
    ),
    (
        "400",
        "1.5",
        True,
        {"en": "Golden tip", "uk": "Золота брунька", "ru": "Золотая почка", "ro": "Mugurul de aur"},
        {
            "en": "New harvests a day before everybody",
            "uk": "Новий урожай на день раніше за всіх",
            "ru": "Новый урожай на день раньше всех",
            "ro": "Recoltele noi cu o zi mai devreme",
        },
    ),
]
_BOOSTS = {"en": "Tea week", "uk": "Чайний тиждень", "ru": "Чайная неделя", "ro": "Săptămâna ceaiului"}
_DEEDS: list[tuple[Rule.Kind, str, int, dict[str, Any]]] = [
    (Rule.Kind.SIGN_UP, "Account opened", 25, {}),
    (Rule.Kind.REVIEW, "Review", 15, {"max_per_month": 90}),
    (Rule.Kind.SURVEY, "Questions answered", 10, {"max_per_month": 20}),
    (Rule.Kind.BIRTHDAY, "Birthday", 40, {}),
    (Rule.Kind.REFERRAL, "Friend sent", 100, {"min_order": Decimal(20), "max_per_month": 500}),
    (Rule.Kind.REFERRED, "Sent by a friend", 50, {}),
]


class Setting:
    """The rows, for the story to refer to."""

    def __init__(self, now: datetime) -> None:
        start = now - timedelta(days=760)
        self.programme = Programme.objects.create(
            is_on=True,
            point_value=Decimal("0.05"),
            return_days=RETURN_DAYS,
            delivery_days=DELIVERY_DAYS,
            lasts_months=LASTS_MONTHS,
            refused_domains="mailinator.com\nguerrillamail.com\nyopmail.com",
            **_in_languages(name=_NAMES, promise=_PROMISES),
        )
        self.purchase = Rule.objects.create(
            kind=Rule.Kind.PURCHASE, name="A point for each euro", rate=Decimal(1), made_at=start
        )
        self.deeds = {
            kind: Rule.objects.create(kind=kind, name=name, points=points, made_at=start, **more)
            for kind, name, points, more in _DEEDS
        }
        self.boosts = [self._boost(now + timedelta(days=days)) for days in (-550, -190, 12)]
        self.tiers = [
            Tier.objects.create(
                threshold=Decimal(threshold),
                multiplier=Decimal(times),
                has_free_delivery=is_free,
                **_in_languages(name=names, perks=perks),
            )
            for threshold, times, is_free, names, perks in _TIERS
        ]

    @staticmethod
    def _boost(start: datetime) -> Boost:
        midnight = localtime(start).replace(hour=0, minute=0, second=0, microsecond=0)
        return Boost.objects.create(
            multiplier=Decimal(2), starts_at=midnight, ends_at=midnight + timedelta(days=7), **_in_languages(name=_BOOSTS)
        )


def _in_languages(**texts: dict[str, str]) -> dict[str, Any]:
    return {f"{field}_{language}": text for field, by_language in texts.items() for language, text in by_language.items()}
