"""The engine: from a problem to a plan, with a reason for everyone.

Rule: the same problem gives the same plan. Families are seated by deferred acceptance, groups that miss
their minimum are closed, and other sets of groups and orders of flexible families are tried in counted
steps; the clock is only a brake, and a plan says so when it was pulled (`stopped_early`).
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np

from booking.allocation.bound import flow_bound, quick_bound
from booking.allocation.explain import Reasons
from booking.allocation.market import markets
from booking.allocation.outcome import NOWHERE, Outcome, Placements
from booking.allocation.plan import Before, Plan
from booking.allocation.problem import Problem
from booking.allocation.working import Worked, work


def allocate(
    problem: Problem, *, time_limit: float | None = None, fast: bool = False, before: Before | None = None
) -> Plan:
    """Return a valid plan; the best one the search finds.

    After `time_limit` seconds no further search is begun; a valid plan is made however long that
    takes. `fast` leaves out the search and the closer bound. `before` is an earlier plan to start from:
    among plans with as many seats the one closest to it is looked for.
    """
    brake = _Brake(time_limit)
    found = _Found(problem)
    parts = markets(problem)
    shares = np.cumsum([market.group.size for market in parts]) / max(1, problem.choice.size)
    for market, share in zip(parts, shares.tolist(), strict=True):
        stop = brake.at(share)
        each = work(market, stop, fast=fast)
        found.add(each, quick_bound(market) if fast or stop() else flow_bound(each))
    return found.plan(brake)


class _Brake:
    """Stops the search when the time is up, and remembers that it did."""

    def __init__(self, limit: float | None) -> None:
        self.limit, self.begun, self.was_pulled = limit, perf_counter(), False

    def seconds(self) -> float:
        return perf_counter() - self.begun

    def at(self, share: float) -> Callable[[], bool]:
        """Return a brake that is pulled when this share of the time is up."""

        def pulled() -> bool:
            if self.limit is not None and self.seconds() >= self.limit * share:
                self.was_pulled = True
                return True
            return False

        return pulled


class _Found:
    """Gathers what the markets came to."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.at = np.full(len(problem.family_ids), NOWHERE)
        self.started = np.zeros(len(problem.group_ids), dtype=np.bool_)
        self.excepted: list[int] = []
        self.seats = self.bound = 0

    def add(self, worked: Worked, bound: int) -> None:
        """Write a market's places into the problem's rows."""
        market = worked.market
        placed = worked.at != NOWHERE
        rows = market.families[placed]
        self.at[rows] = self.problem.choice_start[rows] + worked.at[placed]
        self.started[market.groups[worked.opened]] = True
        self.excepted += market.families[list(worked.exceptions)].tolist()
        self.seats += worked.seats
        self.bound += bound

    def plan(self, brake: _Brake) -> Plan:
        """Return all of it as a plan."""
        problem = self.problem
        outcome = Outcome(problem, self.at, self.started)
        return Plan(
            placements=Placements(outcome),
            started=tuple(problem.group_ids[row] for row in np.flatnonzero(self.started).tolist()),
            exceptions=tuple(problem.family_ids[row] for row in sorted(self.excepted)),
            seats=self.seats,
            bound=self.bound,
            proven=self.bound == self.seats and not self.excepted,
            stopped_early=brake.was_pulled,
            reasons=Reasons(outcome),
            kept_closed=outcome.kept_closed(),
            seconds=brake.seconds(),
        )
