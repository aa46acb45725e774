"""What one change would do: the plan of one programme with the change, held against the plan without it.

For workers alone: it loads the engine. Both plans are the fast ones, so that like is compared with like; families
count by the id of their registration, as text.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from booking.allocation.engine import allocate
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.allocation.rows import EVERYWHERE, FamilyRow, GroupRow


@dataclass(frozen=True, slots=True)
class Outcome:
    """A change tried. `more` is the change in families with a place; `won` and `lost` are which they are.

    `people` are the persons in the group the change is about, of whom `starts` says whether they are enough.
    """

    more: int
    won: frozenset[str]
    lost: frozenset[str]
    people: int
    starts: bool


class Market:
    """The groups and families of one programme, and the plan that stands; changes are tried against it."""

    def __init__(self, groups: Sequence[GroupRow], families: Sequence[FamilyRow], seed: int = 0) -> None:
        self.groups, self.families, self.seed = list(groups), list(families), seed
        self.base = self._plan(self.groups, self.families)

    def _plan(self, groups: Iterable[GroupRow], families: Iterable[FamilyRow]) -> Plan:
        return allocate(Problem.build(groups, families, self.seed), fast=True)

    @property
    def waiting(self) -> set[str]:
        """Those without a place in the plan that stands."""
        return {family.id for family in self.families if family.id not in self.base.placements}

    def has(self, group_id: str) -> bool:
        """True for a group whose places the plan gives out."""
        return any(group.id == group_id for group in self.groups)

    def with_group(self, group: GroupRow, liked: dict[str, int]) -> Outcome:
        """Try one more group; `liked` is at which place of their choices it comes for those who could come."""
        families = [
            family._replace(choices=_inserted(family.choices, liked[family.id], group.id))
            if family.id in liked
            else family
            for family in self.families
        ]
        return self._outcome(self._plan([*self.groups, group], families), group.id)

    def shared_with(self, group_id: str, district: str, asked: Collection[str] = ()) -> Outcome:
        """Try that a group belongs to one more district; the families `asked` take it as their last choice, too."""
        groups = [
            group._replace(districts=tuple(sorted({*group.districts, district}))) if group.id == group_id else group
            for group in self.groups
        ]
        families = [
            family._replace(choices=(*family.choices, group_id)) if family.id in asked else family
            for family in self.families
        ]
        return self._outcome(self._plan(groups, families), group_id)

    def _outcome(self, plan: Plan, group_id: str) -> Outcome:
        before, after = set(self.base.placements), set(plan.placements)
        there = {family for family, group in plan.placements.items() if group == group_id}
        return Outcome(
            more=len(after) - len(before),
            won=frozenset(after - before),
            lost=frozenset(before - after),
            people=sum(family.size for family in self.families if family.id in there),
            starts=group_id in plan.started,
        )


def _inserted(choices: tuple[str, ...], at: int, group: str) -> tuple[str, ...]:
    return (*choices[:at], group, *choices[at:])


def markets(problem: Problem, programme_ids: Collection[int]) -> dict[int, Market]:
    """One market for each of the programmes: no choice leads from one programme to another."""
    groups, families = group_rows(problem), family_rows(problem)
    return {
        each: Market(
            [row for row in groups if row.programme == str(each)],
            [row for row in families if row.programme == str(each)],
            problem.seed,
        )
        for each in programme_ids
    }


def group_rows(problem: Problem) -> list[GroupRow]:
    """The groups of a problem as the rows it was made of."""
    start, homes = problem.group_district_start.tolist(), problem.group_district.tolist()
    names = [tuple(problem.districts[code] for code in homes[a:b]) for a, b in itertools.pairwise(start)]
    columns = (problem.group_programme, problem.group_start, problem.capacity, problem.confirmed, problem.minimum)
    numbers = zip(*(column.tolist() for column in (*columns, problem.guest_places, problem.everywhere)), strict=True)
    return [
        GroupRow(
            id, problem.programmes[programme], (EVERYWHERE,) if everywhere else names[row], date.fromordinal(begins),
            capacity, confirmed, minimum, guests,
        )
        for row, (id, (programme, begins, capacity, confirmed, minimum, guests, everywhere)) in enumerate(
            zip(problem.group_ids, numbers, strict=True)
        )
    ]  # fmt: skip


def family_rows(problem: Problem) -> list[FamilyRow]:
    """The families of a problem as the rows it was made of, in the order of the queue."""
    start, choice = problem.choice_start.tolist(), problem.choice.tolist()
    columns = (problem.family_programme, problem.family_district, problem.size, problem.flexible, problem.cancelled)
    numbers = zip(*(column.tolist() for column in columns), strict=True)
    return [
        FamilyRow(
            id, problem.programmes[programme], problem.districts[district], problem.waiting_since(row), size,
            tuple(problem.group_ids[group] for group in choice[start[row] : start[row + 1]]), flexible, cancelled,
            problem.lots[row],
        )
        for row, (id, (programme, district, size, flexible, cancelled)) in enumerate(
            zip(problem.family_ids, numbers, strict=True)
        )
    ]  # fmt: skip
