"""Days that something has changed on: noted by whoever changes it, in the transaction that does."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from analytics.models import Due
from shop.events.catalog import PointsEarned, PointsSpent, SurveyAnswered

POINTS = [PointsEarned.kind, PointsSpent.kind]
ANSWERED = SurveyAnswered.kind


def note(days: Iterable[date]) -> None:
    """Have these days filled again. Those to come are filled when they come."""
    today = timezone.localdate()
    Due.objects.bulk_create([Due(day=day) for day in sorted(set(days)) if day <= today])
