"""From many waits to a range: "4–9 weeks, for 80 of 100". Pure, and in whole days.

A family that still waits, or that left the queue, tells only that its wait was at least so long (right-censored); one
that came into view late tells nothing of its first days (delayed entry). Leaving either out would make waits look
shorter than they are. The estimate of Kaplan and Meier uses both for what they tell.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

SHARE = 80
OPEN_SHARE = 90
FEWEST = 20
WEEK = 7


@dataclass(frozen=True, slots=True)
class Spell:
    """One wait, in days since the family registered: in view from `entered` to `ended`; `known` when it ended then.

    `entered` is at most `ended`; both are 0 or more.
    """

    entered: int
    ended: int
    known: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """A range in whole weeks from now on, rounded outwards; `share` of 100 families like this one fall within it.

    `high_weeks` is None when the history does not reach so far: then it is "at least". `based_on` is how many waits
    with a known end it comes from; `near` is True when they are all of the family's own district.
    """

    low_weeks: int
    high_weeks: int | None
    share: int
    based_on: int
    near: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """The share that still waits after each day on which a wait ended: `days` rise, `left` falls from at most 1 to 0.

    `known` is how many waits ended on each of those days.
    """

    days: tuple[int, ...]
    left: tuple[float, ...]
    known: tuple[int, ...]

    def waiting(self, day: int) -> float:
        """The share that still waits after that day, 0 to 1."""
        at = bisect_right(self.days, day)
        return self.left[at - 1] if at else 1.0

    def known_after(self, day: int) -> int:
        """How many waits are known to have ended later than that day."""
        return sum(self.known[bisect_right(self.days, day) :])

    def day_of(self, share: float, waited: int = 0) -> int | None:
        """The day by which `share` (0 to 1) of those who have waited so long have stopped waiting; None if never seen.

        Days count from the registration, so the answer is later than `waited`.
        """
        there = self.waiting(waited)
        if there <= 0:
            return None
        goal = there * (1 - share) + 1e-9
        first = bisect_right(self.days, waited)
        return next((day for day, left in zip(self.days[first:], self.left[first:], strict=True) if left <= goal), None)

    def wait(self, waited: int = 0, *, near: bool = False) -> Wait | None:
        """The range for a family that has waited so many days; None when too few waits are known to say anything."""
        known = self.known_after(waited)
        soonest = self.day_of((100 - SHARE) / 200, waited)
        if known < FEWEST or soonest is None:
            return None
        low, latest = (soonest - waited) // WEEK, self.day_of((100 + SHARE) / 200, waited)
        if latest is None:
            return Wait(low, None, OPEN_SHARE, known, near) if low > 0 else None
        return Wait(low, max(math.ceil((latest - waited) / WEEK), low + 1), SHARE, known, near)


def curve(spells: Iterable[Spell]) -> Curve:
    """The curve of these waits. A wait that ended on a day was still in view that day, known or not."""
    kept = list(spells)
    came, went = Counter(each.entered for each in kept), Counter(each.ended for each in kept)
    ended = Counter(each.ended for each in kept if each.known)
    days, shares, numbers = [], [], []
    in_view, left = 0, 1.0
    for day in sorted(came.keys() | went.keys()):
        in_view += came[day]
        if ended[day]:
            left *= 1 - ended[day] / in_view
            days.append(day)
            shares.append(left)
            numbers.append(ended[day])
        in_view -= went[day]
    return Curve(tuple(days), tuple(shares), tuple(numbers))
