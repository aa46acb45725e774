"""The engine: from a problem to a plan, with a reason for everyone.

Rule: the same problem gives the same plan. Families are seated by deferred acceptance, groups that
miss their minimum are closed, and other sets of groups are tried in counted steps; the clock is only a
brake, and a plan says so when it was pulled (`stopped_early`).
"""

from __future__ import annotations

from time import perf_counter

from booking.allocation.acceptance import NOWHERE, Seating
from booking.allocation.bound import flow_bound, quick_bound
from booking.allocation.closing import first_seating, improve
from booking.allocation.explain import explain
from booking.allocation.lists import Lists
from booking.allocation.market import markets
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.allocation.repair import exceptions


def allocate(problem: Problem, *, time_limit: float | None = None, fast: bool = False) -> Plan:
    """Return a valid plan; the best one the search finds.

    After `time_limit` seconds no further search is begun; a valid plan is made however long that
    takes. `fast` leaves out the search and the closer bound.
    """
    brake = _Brake(time_limit)
    parts = markets(problem)
    seatings = [first_seating(Lists.of(market)) for market in parts]
    if not fast:
        seatings = [improve(seating, brake.pulled) for seating in seatings]
    closely = not fast and not brake.pulled()
    bound = sum(map(flow_bound, seatings) if closely else map(quick_bound, parts))
    excepted = sorted(each.market.families[family] for each in seatings for family in exceptions(each))
    seats = sum(each.seats() for each in seatings)
    return Plan(
        placements=_placements(problem, seatings),
        started=_started(problem, seatings),
        exceptions=tuple(problem.family_ids[row] for row in excepted),
        seats=seats,
        bound=bound,
        proven=bound == seats and not excepted,
        stopped_early=brake.was_pulled,
        reasons=explain(problem, seatings),
        seconds=brake.seconds(),
    )


class _Brake:
    """Stops the search when the time is up, and remembers that it did."""

    def __init__(self, limit: float | None) -> None:
        self.limit, self.begun, self.was_pulled = limit, perf_counter(), False

    def seconds(self) -> float:
        return perf_counter() - self.begun

    def pulled(self) -> bool:
        if self.limit is not None and self.seconds() >= self.limit:
            self.was_pulled = True
        return self.was_pulled


def _placements(problem: Problem, seatings: list[Seating]) -> dict[str, str]:
    """Return group by family, in queue order."""
    rows = {
        seating.market.families[family]: seating.market.groups[seating.market.choices[family][at]]
        for seating in seatings
        for family, at in enumerate(seating.at)
        if at != NOWHERE
    }
    return {problem.family_ids[row]: problem.group_ids[rows[row]] for row in sorted(rows)}


def _started(problem: Problem, seatings: list[Seating]) -> tuple[str, ...]:
    """Return the groups that start, in the problem's order."""
    rows = sorted(
        seating.market.groups[group] for seating in seatings for group, is_open in enumerate(seating.open) if is_open
    )
    return tuple(problem.group_ids[row] for row in rows)
