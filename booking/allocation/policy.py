"""The published rule as a total order of claims.

Rule: a claim to a group is stronger for those who live where the group belongs; then for those whose
own group we cancelled; then for those who have waited longer; then by lot. Nothing else counts, and
never the order of rows.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

RULE = "likaplats-rule/1"
"""The version of the rule; stored with every run."""


class QueueKey(NamedTuple):
    """A family's place in its queue; the smaller goes first.

    `drawn_by_us` keeps lots that were given apart from those drawn here; `draw` and `id` only
    settle lots that were given twice.
    """

    not_cancelled: bool
    waiting_since: datetime
    drawn_by_us: bool
    lot: int | float
    draw: int
    id: str


def draw_lot(seed: int, family: str) -> int:
    """Draw a lot that depends on nothing but the seed and the family's id."""
    text = f"{seed}/{family}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")


def queue_key(seed: int, family: str, waiting_since: datetime, *, cancelled: bool, lot: int | float | None) -> QueueKey:
    """Return what orders families within a group's residents, and within its guests."""
    draw = draw_lot(seed, family)
    return QueueKey(not cancelled, waiting_since, lot is None, draw if lot is None else lot, draw, family)


def claim(place_in_queue: int, families: int, *, resident: bool) -> int:
    """Return a family's claim to a group as a number; the smaller is the stronger.

    `place_in_queue` counts from 0 in the order of `queue_key` among so many `families`.
    """
    return place_in_queue if resident else place_in_queue + families
