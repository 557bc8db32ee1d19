"""Recency, frequency, monetary value: each buyer's fifth among all, and what the three say together. No database here."""

import numpy as np
from numpy.typing import NDArray

from analytics.models.portraits import Group

Scores = NDArray[np.int64]


def scores(values: NDArray[np.float64], *, alike: float = 0.5) -> Scores:
    """1 to 5 for each value, 5 for the highest fifth. Equal values score alike.

    `alike` says where among the places they share: 0.5 the middle; 0 the lowest, for counts in which most are the least
    there can be: where four of five bought once, to have bought once is not often.
    """
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    _unique, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts
    place = (below + counts * alike) / len(values)
    return np.minimum(np.floor(place * 5).astype(np.int64) + 1, 5)[where]


def group_of(recency: int, frequency: int, monetary: int) -> Group:
    """The kind of buyer. How often and how much count together, and are weighed against how lately.

                much    middling  little
    lately      CHAMPIONS  LOYAL   RECENT
    a while ago LOYAL      LOYAL   NEEDS_ATTENTION
    long ago    AT_RISK    AT_RISK DORMANT
    """
    weight = (frequency + monetary) / 2
    if recency >= 4:
        return Group.CHAMPIONS if weight >= 4 else Group.LOYAL if weight >= 3 else Group.RECENT
    if recency == 3:
        return Group.LOYAL if weight >= 3 else Group.NEEDS_ATTENTION
    return Group.AT_RISK if weight >= 3 else Group.DORMANT
