"""What a search has at hand: who waits, the plan that stands, and what is known of waits. For workers alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.insight.openings.candidates import Candidate, City
from booking.insight.openings.trials import Market, markets
from booking.places import waits
from booking.places.run_engine import load
from booking.places.run_engine.choosing import Choosing
from booking.places.run_engine.history import History
from booking.places.run_engine.waiting import Waiting, read_waiting


@dataclass
class Looking:
    """Read once for a search.

    `waiting` are those that a run would weigh, by programme; `without` are those of them (ids as text) that have no
    place in the plan that stands; `choosing` knows how they like groups, and `choosing.history` which they go to.
    """

    now: datetime
    city: City
    waiting: dict[int, list[Waiting]]
    markets: dict[int, Market]
    without: dict[int, set[str]]
    choosing: Choosing
    curves: dict[waits.Key, waits.Curve]

    def persons_without(self, candidate: Candidate) -> int:
        """How many persons who could come have no place in the plan that stands."""
        without = self.without[candidate.group.programme_id]
        return sum(each.seats for each in candidate.fitting if str(each.id) in without)

    def waited(self, family: Waiting) -> int:
        """How many days the family has waited."""
        return max(0, (today(self.now) - today(family.waiting_since)).days)

    def saved(self, family: Waiting, candidate: Candidate) -> int:
        """Days from the group's first to when half of such families have an offer; 0 where that cannot be said."""
        wishes = len(family.district_ids), len(family.weekdays)
        key = waits.class_of(family.programme_id, family.home_id, *wishes, self.city.atlas)
        left = waits.half_left(self.curves, key, self.waited(family))
        return 0 if left is None else max(0, left - (candidate.group.first_day - self.city.day).days)


def read(db: Session, now: datetime) -> Looking:
    """Read it; the plan is worked out for each programme by itself."""
    problem, city = load(db, now).problem, City.read(db, now)
    weighed = {int(name) for name in problem.family_ids}
    waiting: dict[int, list[Waiting]] = defaultdict(list)
    for family in read_waiting(db):
        if family.id in weighed:
            waiting[family.programme_id].append(family)
    parts = markets(problem, waiting.keys())
    without = {programme_id: market.waiting for programme_id, market in parts.items()}
    choosing = Choosing([], History(db), dict(city.times), city.atlas)
    return Looking(now, city, waiting, parts, without, choosing, waits.all_curves(db))
