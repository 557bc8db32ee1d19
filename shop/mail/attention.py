"""The attention budget: how much marketing one person gets within a day and a week, whoever sends it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from shop.mail.models import Attention, Message, Preference

DAY, WEEK = timedelta(days=1), timedelta(days=7)
# A message is counted when it is let out and reaches the server a little later: windows are kept wider by so much.
MARGIN = timedelta(minutes=10)
PRIORITIES = {"news": 10, "surveys": 30, "basket": 50, "stock": 60}  # of messages whose writer did not say
COUNTED = (
    Message.State.SENDING,
    Message.State.SENT,
    Message.State.DELIVERED,
    Message.State.UNCERTAIN,
    Message.State.BOUNCED,
)


def current() -> Attention:
    """The merchant's settings; no limits where there are none."""
    return Attention.objects.first() or Attention(
        per_day=None, per_week=None, quiet_from=time(0), quiet_until=time(0), free_topics=[]
    )


def priority_of(message: Message) -> int:
    """The higher goes first when a person's budget is short."""
    return message.priority or PRIORITIES.get(message.topic, 0)


class Budget:
    """What is left of the budgets of some people. Their rows are locked by the caller, or it would be spent twice."""

    def __init__(self, setting: Attention, customer_ids: Iterable[int], batch: Iterable[int], now: datetime) -> None:
        """`batch`: ids of the messages at hand, which do not count against themselves."""
        self.setting, self.now = setting, now
        self._let_out: dict[int, list[datetime]] = defaultdict(list)
        self._rivals: dict[int, list[int]] = defaultdict(list)
        ids = list(customer_ids)
        self.wishes = {row.customer_id: row for row in Preference.objects.filter(customer__in=ids)}
        counted = Message.objects.filter(customer__in=ids).exclude(topic__in=["", *setting.free_topics]).exclude(pk__in=batch)
        recent = counted.filter(state__in=COUNTED, admitted_at__gt=now - WEEK - MARGIN).order_by("admitted_at")
        for customer_id, moment in recent.values_list("customer_id", "admitted_at"):
            if customer_id and moment:
                self._let_out[customer_id].append(moment)
        for rival in counted.filter(state=Message.State.QUEUED, due_at__lte=now).only("customer_id", "topic", "priority"):
            self._rivals[rival.customer_id or 0].append(priority_of(rival))

    def caps_of(self, customer_id: int) -> tuple[int | None, int | None]:
        """At most so many in a day and in a week: the merchant's limits and what the person asked for."""
        wish = self.wishes.get(customer_id)
        weekly = [most for most in (self.setting.per_week, wish.per_week if wish else None) if most is not None]
        return self.setting.per_day, min(weekly, default=None)

    def opens_at(self, customer_id: int) -> datetime:
        """From when this person's budget has room: now, or the moment at which every window has moved on."""
        moments = [self.now]
        for window, most in zip((DAY, WEEK), self.caps_of(customer_id), strict=True):
            inside = self._inside(customer_id, window)
            if most is not None and len(inside) >= most:
                moments.append(inside[-most] + window + MARGIN)
        return max(moments)

    def is_outranked(self, message: Message) -> bool:
        """Whether what is left belongs to more important messages of the same person that wait as well."""
        customer_id = message.customer_id or 0
        better = sum(rival > priority_of(message) for rival in self._rivals[customer_id])
        windows = zip((DAY, WEEK), self.caps_of(customer_id), strict=True)
        return any(most is not None and most - len(self._inside(customer_id, window)) <= better for window, most in windows)

    def take(self, customer_id: int) -> None:
        self._let_out[customer_id].append(self.now)

    def _inside(self, customer_id: int, window: timedelta) -> list[datetime]:
        return [moment for moment in self._let_out[customer_id] if moment > self.now - window - MARGIN]
