"""How much may come by mail: guards, not promises, for workers that look at the same moment may pass them by one each."""

import logging
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum

from feedback.models import ReceivedMail

NEW = 200  # conversations that begin in an hour; more are put off, and the provider hands them over again later
BYTES = 100 * 1024 * 1024  # kept in an hour; then of files only the names

logger = logging.getLogger(__name__)


def begun(now: datetime) -> int:
    """How many conversations began by mail within an hour."""
    return _lately(now).filter(outcome=ReceivedMail.Outcome.OPENED).count()


def is_full(now: datetime) -> bool:
    """Whether another conversation has to wait."""
    count = begun(now)
    if count >= NEW:
        logger.warning("%s conversations began by mail within an hour; more are put off.", count)
    return count >= NEW


def has_room(now: datetime) -> bool:
    """Whether files are kept."""
    size = _lately(now).aggregate(Sum("size"))["size__sum"] or 0
    if size >= BYTES:
        logger.warning("%s bytes came by mail within an hour; files are left out.", size)
    return size < BYTES


def _lately(now: datetime) -> QuerySet[ReceivedMail]:
    return ReceivedMail.objects.filter(received_at__gt=now - timedelta(hours=1))
