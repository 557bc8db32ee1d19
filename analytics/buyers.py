"""Kinds of buyers as a page shows them: the grid, the groups with what they bring, and who moved since last month."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from analytics import rfm
from analytics.models import Group, Portrait

TINTS = 8
LATELY = range(5, 0, -1)
WEIGHTS = range(1, 6)


@dataclass(frozen=True)
class Cell:
    recency: int
    weight: int
    people: int
    tint: int
    group: Group


def grid() -> list[tuple[int, list[Cell]]]:
    """Five rows, the latest buyers first; columns by how often and how much."""
    found = Portrait.objects.order_by().values_list("recency", "weight").annotate(people=Count("pk"))
    counts = {(recency, weight): people for recency, weight, people in found}
    most = max(counts.values(), default=1)
    return [(recency, [_cell(recency, weight, counts, most) for weight in WEIGHTS]) for recency in LATELY]


def _cell(recency: int, weight: int, counts: dict[tuple[int, int], int], most: int) -> Cell:
    people = counts.get((recency, weight), 0)
    tint = -(-people * TINTS // most) if people else 0
    return Cell(recency, weight, people, tint, rfm.group_of(recency, weight, weight))


@dataclass(frozen=True)
class Row:
    """A group: people, what they spent so far, what is expected of them, how many a month ago, and who came and went."""

    group: Group
    people: int
    spent: Decimal
    ahead: Decimal | None
    before: int
    came: int
    went: int

    @property
    def net(self) -> int:
        return self.came - self.went


def rows() -> list[Row]:
    """All groups, in their order. Who bought for the first time since the month began comes from nowhere."""
    spent = Sum("customer__analytics_stats__spent", default=0)
    sums: dict[str, Any] = {
        row["group"]: row
        for row in Portrait.objects.order_by()
        .values("group")
        .annotate(people=Count("pk"), spent=spent, ahead=Sum("value_ahead"))
    }
    moves = moved()
    found = []
    for group in Group:
        row = sums.get(group.value, {"people": 0, "spent": Decimal(0), "ahead": None})
        before = sum(count for (was, _now), count in moves.items() if was == group)
        came = sum(count for (was, now), count in moves.items() if now == group and was != group)
        went = sum(count for (was, now), count in moves.items() if was == group and now != group)
        found.append(Row(group, row["people"], row["spent"], row["ahead"], before, came, went))
    return found


def moved() -> dict[tuple[str, str], int]:
    """How many are in one group and were in another when the month began; from "" are those who are new."""
    counts = Portrait.objects.order_by().values_list("group_before", "group").annotate(people=Count("pk"))
    return {(was, now): people for was, now, people in counts}
