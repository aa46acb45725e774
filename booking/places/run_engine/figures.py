"""What a plan comes to, in numbers that staff compare from one run to the next. Ids are row ids as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from booking.allocation.plan import Plan
from booking.allocation.problem import Problem


def figures(problem: Problem, plan: Plan, left_out: int) -> dict[str, Any]:
    """The run's figures as JSON; `families` are those weighed, seats and guests are persons."""
    placed = [name in plan.placements for name in problem.family_ids]
    sizes: list[int] = problem.size.tolist()
    return {
        "families": len(placed),
        "placed": sum(placed),
        "waiting": len(placed) - sum(placed),
        "left_out": left_out,
        "seats": plan.seats,
        "bound": plan.bound,
        "proven": plan.proven,
        "stopped_early": plan.stopped_early,
        "seconds": round(plan.seconds, 3),
        "exceptions": len(plan.exceptions),
        "guests_placed": _guests(problem, plan),
        "singles": _share(placed, (size == 1 for size in sizes)),
        "pairs": _share(placed, (size == 2 for size in sizes)),
        "programmes": _by(problem.programmes, problem.family_programme.tolist(), placed),
        "districts": _by(problem.districts, problem.family_district.tolist(), placed),
        **_groups(problem, plan),
    }


def _share(placed: Sequence[bool], belongs: Iterable[bool]) -> dict[str, int]:
    those = [got for got, mine in zip(placed, belongs, strict=True) if mine]
    return {"families": len(those), "placed": sum(those), "percent": round(100 * sum(those) / max(1, len(those)))}


def _by(names: Sequence[str], codes: Sequence[int], placed: Sequence[bool]) -> dict[str, dict[str, int]]:
    shares = {code: _share(placed, (other == code for other in codes)) for code in sorted(set(codes))}
    return {names[code]: share for code, share in shares.items()}


def _guests(problem: Problem, plan: Plan) -> int:
    rows = {name: row for row, name in enumerate(problem.group_ids)}
    start, choice, resident = problem.choice_start.tolist(), problem.choice.tolist(), problem.residents().tolist()
    guests = 0
    for family, name in enumerate(problem.family_ids):
        if name in plan.placements:
            entry = choice.index(rows[plan.placements[name]], start[family], start[family + 1])
            guests += 0 if resident[entry] else int(problem.size[family])
    return guests


def _groups(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Which groups start, and which of them only because of this plan."""
    started = set(plan.started)
    short = {
        name
        for name, confirmed, minimum in zip(
            problem.group_ids, problem.confirmed.tolist(), problem.minimum.tolist(), strict=True
        )
        if confirmed < minimum
    }
    return {
        "groups": len(problem.group_ids),
        "groups_started": len(started),
        "groups_reached": sorted(int(name) for name in started & short),
        "groups_short": sorted(int(name) for name in short - started),
    }
