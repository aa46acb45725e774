"""What is told of a plan, whoever made it: seats, groups, breaches, waits, the worst-off district.

Rule: breaches are counted by the same `verify` that stands before every offer, for all contenders alike.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from benchmarks.cities import NOW, Flags, Numbers
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.allocation.verify import verify

FEWEST = 30
"""Districts with fewer families say little about a habit."""

_DAY = 24 * 3600 * 1_000_000


def positions(problem: Problem, plan: Plan) -> Numbers:
    """Return the group row, or -1, of each family in a plan."""
    groups = {name: row for row, name in enumerate(problem.group_ids)}
    placements = plan.placements
    return np.array(
        [groups[placements[name]] if name in placements else -1 for name in problem.family_ids], dtype=np.int64
    )


def plan_of(problem: Problem, at: Numbers) -> Plan:
    """Return positions as a plan without reasons; the groups that reach their minimum start."""
    total = _totals(problem, at)
    started = np.flatnonzero(total >= problem.minimum)
    placements = {problem.family_ids[row]: problem.group_ids[at[row]] for row in np.flatnonzero(at >= 0).tolist()}
    names = tuple(problem.group_ids[row] for row in started.tolist())
    seats = int(total[started].sum())
    return Plan(placements, names, (), seats, seats, False, False, 0.0, {})


def breaches(problem: Problem, plan: Plan, *, with_reasons: bool) -> dict[str, int]:
    """Return how often each rule is broken; a contender that gives no reasons is not blamed for it."""
    found = Counter(breach.rule for breach in verify(problem, plan))
    if not with_reasons:
        del found["sums"]
    return dict(sorted(found.items()))


def figures(problem: Problem, at: Numbers) -> dict[str, Any]:
    """Return the figures of a plan given as group row, or -1, per family; waits are days until now."""
    total = _totals(problem, at)
    started, placed = total >= problem.minimum, at >= 0
    waited = (NOW.timestamp() * 1_000_000 - problem.since) / _DAY
    asked = np.diff(problem.choice_start) > 0
    return {
        "seats": int(total[started].sum()),
        "started": int(started.sum()),
        "families_placed": int(placed.sum()),
        "families_left": int((~placed).sum()),
        "wait_of_the_left": _mean(waited[~placed]),
        "wait_of_the_placed": _mean(waited[placed]),
        "singles_placed": _mean(placed[asked & (problem.size == 1)], 3),
        "pairs_placed": _mean(placed[asked & (problem.size == 2)], 3),
        "worst_district": _worst(problem, placed, asked),
    }


def _totals(problem: Problem, at: Numbers) -> Numbers:
    taken = np.bincount(at + 1, weights=problem.size, minlength=len(problem.group_ids) + 1)[1:]
    return problem.confirmed + taken.astype(np.int64)


def _mean(values: Any, digits: int = 1) -> float | None:
    return round(float(np.mean(values)), digits) if len(values) else None


def _worst(problem: Problem, placed: Flags, asked: Flags) -> dict[str, Any] | None:
    """Return the district whose families are placed least often, of those who have a group to choose."""
    homes = problem.family_district[asked]
    many = np.bincount(homes, minlength=len(problem.districts))
    share = np.bincount(homes, weights=placed[asked], minlength=len(problem.districts)) / np.maximum(many, 1)
    eligible = np.flatnonzero(many >= FEWEST)
    if not len(eligible):
        return None
    worst = int(eligible[np.argmin(share[eligible])])
    return {"district": problem.districts[worst], "families": int(many[worst]), "placed": round(float(share[worst]), 3)}
