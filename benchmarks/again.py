"""Planning anew: after a wave of offers and a few days, and after one single answer.

Rule: what is offered is locked: its persons count as confirmed and its families are out of the problem. Every
tenth family that is offered a place says no to that group and waits on; those who came last are the new ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np

from booking.allocation.engine import allocate
from booking.allocation.files import family_rows, group_rows
from booking.allocation.plan import Before, Plan
from booking.allocation.problem import Problem
from booking.allocation.rows import EVERYWHERE, FamilyRow, GroupRow

NEW = 0.02
ANSWERS = 9
REFUSES = 10


@dataclass
class Desk:
    """Groups and waiting families while offers go out and are answered."""

    groups: dict[str, GroupRow]
    waiting: dict[str, FamilyRow]
    seed: int

    def offer(self, family: str, group: str) -> FamilyRow:
        """Lock a place; return the family it was offered to."""
        row = self.waiting.pop(family)
        self._count(group, row, +1)
        return row

    def decline(self, row: FamilyRow, group: str) -> None:
        """Give the place back; the family waits on, without this group."""
        self._count(group, row, -1)
        self.waiting[row.id] = row._replace(choices=tuple(name for name in row.choices if name != group))

    def problem(self) -> Problem:
        """Return what is to be allocated now."""
        return Problem.build(self.groups.values(), self.waiting.values(), self.seed)

    def _count(self, group: str, row: FamilyRow, sign: int) -> None:
        old = self.groups[group]
        guest = EVERYWHERE not in old.districts and row.district not in old.districts
        self.groups[group] = old._replace(
            confirmed=old.confirmed + sign * row.size, guest_places=old.guest_places - sign * row.size * guest
        )


def planned_anew(problem: Problem, seconds: float) -> dict[str, dict[str, Any]]:
    """Return what changes when a town is planned again, and how long it takes."""
    newest = set(
        np.argsort(problem.since, kind="stable")[len(problem.since) - round(NEW * len(problem.since)) :].tolist()
    )
    rows = list(family_rows(problem))
    desk = Desk({row.id: row for row in group_rows(problem)}, {}, problem.seed)
    desk.waiting = {row.id: row for number, row in enumerate(rows) if number not in newest}
    plan = allocate(desk.problem(), time_limit=seconds)
    offered = _wave(desk, plan)
    unsent = {family: group for family, group in plan.placements.items() if family in desk.waiting}
    answer = _after_one_answer(desk, plan, offered, unsent)
    declined = [(row, group) for row, group in offered[::REFUSES]]
    for row, group in declined:
        desk.decline(row, group)
    desk.waiting |= {rows[number].id: rows[number] for number in sorted(newest)}
    told = {"offered": len(offered), "declined": len(declined), "new": len(newest), "unsent": len(unsent)}
    return {"planned anew": told | _compared(desk, plan, unsent, seconds), "after one answer": answer}


def _wave(desk: Desk, plan: Plan) -> list[tuple[FamilyRow, str]]:
    """Offer the places of that half of the groups which starts first; return who was offered what."""
    first = sorted(plan.started, key=lambda name: (desk.groups[name].start, name))[: len(plan.started) // 2]
    soon = set(first)
    placements = sorted(plan.placements.items())
    return [(desk.offer(family, group), group) for family, group in placements if group in soon]


def _compared(desk: Desk, plan: Plan, unsent: dict[str, str], seconds: float) -> dict[str, Any]:
    problem = desk.problem()
    before = Before(unsent, frozenset(plan.started), None)
    told: dict[str, Any] = {}
    for name, given in (("warm", before), ("cold", None)):
        clock = perf_counter()
        found = allocate(problem, time_limit=seconds, before=given)
        told[f"{name}_seconds"] = round(perf_counter() - clock, 2)
        told[f"{name}_seats"] = found.seats
        changed = sum(found.placements.get(family) != group for family, group in unsent.items())
        told[f"{name}_changed"] = round(changed / max(len(unsent), 1), 3)
    return told


def _after_one_answer(
    desk: Desk, plan: Plan, offered: list[tuple[FamilyRow, str]], unsent: dict[str, str]
) -> dict[str, Any]:
    """Let one family say no, plan the touched part anew, and put all back; so with a few families."""
    took, worked, built = [], [], []
    for row, group in offered[:: max(len(offered) // ANSWERS, 1)][:ANSWERS]:
        desk.decline(row, group)
        clock = perf_counter()
        problem = desk.problem()
        built.append(perf_counter() - clock)
        clock, work = perf_counter(), process_time()
        allocate(problem, before=Before(unsent, frozenset(plan.started), frozenset({group})))
        took.append(perf_counter() - clock)
        worked.append(process_time() - work)
        desk.waiting[row.id] = row
        desk.offer(row.id, group)
    if not took:
        return {"skipped": "nothing was offered"}
    return {
        "answers": len(took),
        "median_ms": round(1000 * median(took), 1),
        "worst_ms": round(1000 * max(took), 1),
        "cpu_ms": round(1000 * median(worked), 1),
        "build_ms": round(1000 * median(built), 1),
    }
