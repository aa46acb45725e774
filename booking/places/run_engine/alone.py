"""What today's habit would give: each district for itself, first come first served, and small groups cancelled late."""

from __future__ import annotations

from collections import Counter
from typing import Any

from booking.allocation.problem import Problem


def districts_alone(problem: Problem) -> dict[str, Any]:
    """The figures of each district for itself, with the same families and groups, to be held against a plan's.

    Everyone may have only groups of their own district, in the order of the queue, each taking the group it likes best
    that has room. A group below its minimum is cancelled, and its families go without. `seats` are persons over the
    groups that start, those with places included; `families` are newly placed, in all and by district.
    """
    size, home = problem.size.tolist(), problem.family_district.tolist()
    chosen, taken = _first_come(problem)
    started = [now >= least for now, least in zip(taken, problem.minimum.tolist(), strict=True)]
    placed = [family for family, group in enumerate(chosen) if group is not None and started[group]]
    by_district = Counter(problem.districts[home[family]] for family in placed)
    return {
        "seats": sum(now for now, starts in zip(taken, started, strict=True) if starts),
        "families": len(placed),
        "persons": sum(size[family] for family in placed),
        "groups_started": sum(started),
        "districts": dict(sorted(by_district.items())),
    }


def _first_come(problem: Problem) -> tuple[list[int | None], list[int]]:
    """The group row of each family, in queue order, and how many persons each group then has."""
    start, choice, resident = problem.choice_start.tolist(), problem.choice.tolist(), problem.residents().tolist()
    size, capacity, taken = problem.size.tolist(), problem.capacity.tolist(), problem.confirmed.tolist()
    chosen: list[int | None] = []
    for family, persons in enumerate(size):
        own = (choice[entry] for entry in range(start[family], start[family + 1]) if resident[entry])
        group = next((each for each in own if taken[each] + persons <= capacity[each]), None)
        if group is not None:
            taken[group] += persons
        chosen.append(group)
    return chosen, taken
