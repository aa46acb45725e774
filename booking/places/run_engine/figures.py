"""What a plan comes to, in numbers that staff compare from one run to the next. Ids are row ids as text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.places.explaining import OwnCode
from booking.places.run_engine.alone import districts_alone

Aside = Mapping[int, tuple[OwnCode, int | None]]


def figures(problem: Problem, plan: Plan, aside: Aside) -> dict[str, Any]:
    """The run's figures as JSON; `families` are those weighed, seats and guests are persons.

    `aside` counts by code those who wait and were not weighed, `without` by code those who were and got no place;
    `offers` are {district: {programme: a share}}. The percent of a share of nobody is None. `started`, `groups_reached`
    (only because of this plan), `groups_short` and `kept_closed` are ids of groups.
    """
    placed = [name in plan.placements for name in problem.family_ids]
    without = Counter(plan.reasons[n].code.value for n, got in zip(problem.family_ids, placed, strict=True) if not got)
    return {
        "families": len(placed),
        "placed": sum(placed),
        "waiting": len(placed) - sum(placed),
        **_not_weighed(aside),
        "without": dict(without.most_common()),
        "seats": plan.seats,
        "bound": plan.bound,
        "proven": plan.proven,
        "stopped_early": plan.stopped_early,
        "seconds": round(plan.seconds, 3),
        "exceptions": len(plan.exceptions),
        "guests_placed": _guests(problem, plan),
        **_shares(problem, placed),
        **_groups(problem, plan),
        "districts_alone": districts_alone(problem),
    }


def _not_weighed(aside: Aside) -> dict[str, Any]:
    counts = Counter(code.value for code, _group in aside.values())
    pinned = counts[OwnCode.PINNED.value]
    return {"left_out": counts.total() - pinned, "pinned": pinned, "aside": dict(counts.most_common())}


def _shares(problem: Problem, placed: Sequence[bool]) -> dict[str, Any]:
    sizes = problem.size.tolist()
    programmes = [problem.programmes[code] for code in problem.family_programme.tolist()]
    districts = [problem.districts[code] for code in problem.family_district.tolist()]
    return {
        "singles": _share(got for got, size in zip(placed, sizes, strict=True) if size == 1),
        "pairs": _share(got for got, size in zip(placed, sizes, strict=True) if size == 2),
        "programmes": _by(programmes, placed),
        "districts": _by(districts, placed),
        "offers": _by_both(districts, programmes, placed),
    }


def _share(those: Iterable[bool]) -> dict[str, int | None]:
    got = list(those)
    return {"families": len(got), "placed": sum(got), "percent": round(100 * sum(got) / len(got)) if got else None}


def _by(names: Sequence[str], placed: Sequence[bool]) -> dict[str, dict[str, int | None]]:
    gathered: dict[str, list[bool]] = defaultdict(list)
    for name, got in zip(names, placed, strict=True):
        gathered[name].append(got)
    return {name: _share(gathered[name]) for name in sorted(gathered)}


def _by_both(districts: Sequence[str], programmes: Sequence[str], placed: Sequence[bool]) -> dict[str, Any]:
    gathered: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for district, programme, got in zip(districts, programmes, placed, strict=True):
        gathered[district][programme].append(got)
    return {
        district: {programme: _share(those) for programme, those in sorted(found.items())}
        for district, found in sorted(gathered.items())
    }


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
    columns = zip(problem.group_ids, problem.confirmed.tolist(), problem.minimum.tolist(), strict=True)
    short = {name for name, confirmed, minimum in columns if confirmed < minimum}
    return {
        "groups": len(problem.group_ids),
        "groups_started": len(started),
        "started": _ids(started),
        "groups_reached": _ids(started & short),
        "groups_short": _ids(short - started),
        "kept_closed": _ids(plan.kept_closed),
    }


def _ids(names: Iterable[str]) -> list[int]:
    return sorted(int(name) for name in names)
