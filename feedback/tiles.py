"""What the first page of the admin says of cases."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from feedback import floods
from feedback.models import Case
from shop.desk import home
from shop.desk.home import Tile


@home.tells("feedback.view_case")
def cases_to_answer() -> list[Tile]:
    """Those on the desk with the last word not ours, and how many of them are late."""
    now, url = timezone.now(), reverse("admin:feedback_case_changelist")
    waiting, late = Case.objects.waiting_for_us(now).count(), Case.objects.overdue(now).count()
    tiles = [Tile(gettext("Cases to answer"), waiting, f"{url}?which=waiting", "needs" if waiting else "")]
    if late:
        tiles.append(Tile(gettext("Late cases"), late, f"{url}?which=late", "is-wrong"))
    if (begun := floods.begun(now)) >= floods.NEW:
        label = gettext("Cases by mail in an hour; more have to wait")
        tiles.append(Tile(label, begun, f"{url}?source__exact=mail", "is-wrong"))
    return tiles
