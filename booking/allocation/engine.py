"""The engine: from a problem to a plan, with a reason for everyone.

Rule: the same problem gives the same plan. Families are seated by deferred acceptance, groups that miss
their minimum are closed, and other sets of groups and orders of flexible families are tried in counted
steps; the clock is only a brake, and a plan says so when it was pulled (`stopped_early`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np

from booking.allocation.bound import quick_bound
from booking.allocation.explain import Reasons
from booking.allocation.market import Market, markets
from booking.allocation.outcome import NOWHERE, Outcome, Placements
from booking.allocation.plan import Before, Plan
from booking.allocation.problem import Problem
from booking.allocation.proving import prove
from booking.allocation.warming import Earlier
from booking.allocation.working import Worked, work

SEARCHING = 0.8
"""The share of a time limit that the search may use; the rest is for the solver and the bound."""


def allocate(
    problem: Problem, *, time_limit: float | None = None, fast: bool = False, before: Before | None = None
) -> Plan:
    """Return a valid plan; the best one the search finds.

    After `time_limit` seconds no further search is begun; a valid plan is made however long that
    takes. `fast` leaves out the search and the closer bound. `before` is an earlier plan to start from:
    among plans with as many seats the one closest to it is looked for.
    """
    brake = _Brake(time_limit)
    earlier = Earlier(problem, before) if before else None
    found = _Found(problem, earlier)
    parts = markets(problem, earlier.to_work() if earlier else None)
    quickly = fast or (before is not None and before.touched is not None)
    searching = SEARCHING if not quickly else 1.0
    seated = [
        earlier.rework(market, stop, fast=fast) if earlier else work(market, stop, fast=fast)
        for market, stop in zip(parts, brake.in_turn(parts, 0.0, searching), strict=True)
    ]
    seated.sort(key=lambda each: each.market.group.size)
    for each, stop in zip(seated, brake.in_turn([each.market for each in seated], searching, 1.0), strict=True):
        found.add(*((each, quick_bound(each.market)) if quickly else prove(each, stop)))
    return found.plan(brake)


class _Brake:
    """Stops the search when the time is up, and remembers that it did."""

    def __init__(self, limit: float | None) -> None:
        self.limit, self.begun, self.was_pulled = limit, perf_counter(), False

    def seconds(self) -> float:
        return perf_counter() - self.begun

    def in_turn(self, parts: list[Market], begin: float, end: float) -> Iterator[Callable[[], bool]]:
        """Yield a brake for each market; from `begin` to `end` of the time is shared out by size."""
        whole, done = max(1, sum(market.group.size for market in parts)), 0
        for market in parts:
            done += market.group.size
            yield self._at(begin + (end - begin) * done / whole)

    def _at(self, share: float) -> Callable[[], bool]:
        def pulled() -> bool:
            if self.limit is not None and self.seconds() >= self.limit * share:
                self.was_pulled = True
                return True
            return False

        return pulled


class _Found:
    """Gathers what the markets came to; what is not worked again stays as it was earlier."""

    def __init__(self, problem: Problem, earlier: Earlier | None) -> None:
        self.problem = problem
        self.at = earlier.at.copy() if earlier else np.full(len(problem.family_ids), NOWHERE)
        self.started = earlier.started.copy() if earlier else np.zeros(len(problem.group_ids), dtype=np.bool_)
        self.excepted: list[int] = []
        self.bound = 0
        self.rest = np.ones(len(problem.group_ids), dtype=np.bool_)

    def add(self, worked: Worked, bound: int) -> None:
        """Write a market's places into the problem's rows."""
        market = worked.market
        placed = worked.at != NOWHERE
        self.at[market.families] = NOWHERE
        rows = market.families[placed]
        self.at[rows] = self.problem.choice_start[rows] + worked.at[placed]
        self.started[market.groups] = worked.opened
        self.excepted += market.families[list(worked.exceptions)].tolist()
        self.bound += bound
        self.rest[market.groups] = False

    def plan(self, brake: _Brake) -> Plan:
        """Return all of it as a plan."""
        problem = self.problem
        outcome = Outcome(problem, self.at, self.started)
        seats = int(outcome.taken[self.started].sum())
        bound = self.bound + outcome.most_seats(self.rest)
        return Plan(
            placements=Placements(outcome),
            started=tuple(problem.group_ids[row] for row in np.flatnonzero(self.started).tolist()),
            exceptions=tuple(problem.family_ids[row] for row in sorted(self.excepted)),
            seats=seats,
            bound=bound,
            proven=bound == seats and not self.excepted,
            stopped_early=brake.was_pulled,
            reasons=Reasons(outcome),
            kept_closed=outcome.kept_closed(),
            seconds=brake.seconds(),
        )
