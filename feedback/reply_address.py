"""Where a mail program sends the answer to a case's mail: an address that names the case and cannot be made up.

`reply+<case>-<day>-<signature>@<INBOUND_DOMAIN>`, all in small letters and digits: some mail servers change the case of
letters. Without INBOUND_DOMAIN there is none, and the link in the mail is the way to write back.
"""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import localdate

from feedback.models import Case

if TYPE_CHECKING:
    from datetime import date

GOOD_FOR = timedelta(days=180)  # as long as the link
MARK = "=-=-="  # around the line above which people write
_ADDRESS = re.compile(r"reply\+([0-9]{1,18})-([0-9]{1,7})-([0-9a-f]{32})")


def of(case: Case, now: datetime) -> str:
    """The address for answers from today on; empty where the shop receives no mail."""
    if not settings.INBOUND_DOMAIN:
        return ""
    day = localdate(now).toordinal()
    return f"reply+{case.pk}-{day}-{_signature(case.pk, day, settings.SECRET_KEY)}@{settings.INBOUND_DOMAIN}"


def case_of(address: str, now: datetime) -> Case | None:
    """The case that an address leads to; None for one that was changed, is too old, or whose customer was forgotten."""
    local, _at, domain = address.strip().lower().rpartition("@")
    found = _ADDRESS.fullmatch(local)
    if not settings.INBOUND_DOMAIN or domain != settings.INBOUND_DOMAIN or found is None:
        return None
    pk, day = int(found[1]), int(found[2])
    if not _is_genuine(pk, day, found[3]) or not _is_fresh(day, localdate(now)):
        return None
    return Case.objects.select_related("customer").filter(pk=pk, customer__erased_at=None).first()


def _is_fresh(day: int, today: "date") -> bool:
    return 0 <= today.toordinal() - day <= GOOD_FOR.days


def _is_genuine(pk: int, day: int, signature: str) -> bool:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(signature, _signature(pk, day, key)) for key in keys)


def _signature(pk: int, day: int, key: str) -> str:
    return salted_hmac("feedback.reply", f"{pk}-{day}", secret=key, algorithm="sha256").hexdigest()[:32]
