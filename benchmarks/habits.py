"""What cities do without an allocation: first come, first served, and then the small groups are cancelled.

Rule: these are drawn kindly. Whoever loses a place because a group is cancelled is first to be given what is
left in the groups that start, in the order of the queue.
"""

from __future__ import annotations

import numpy as np

from benchmarks.cities import Flags, Numbers
from booking.allocation.problem import Problem


def each_district_alone(problem: Problem) -> Numbers:
    """Return a group row, or -1, per family: every district serves its own, and nobody else."""
    return _first_come(problem, problem.residents(), guests=False)


def first_come(problem: Problem) -> Numbers:
    """Return a group row, or -1, per family: one queue for all, wherever they live; guest places are kept to."""
    return _first_come(problem, np.ones(len(problem.choice), dtype=np.bool_), guests=True)


def _first_come(problem: Problem, allowed: Flags, *, guests: bool) -> Numbers:
    hall = _Hall(problem, allowed, guests=guests)
    everyone = np.lexsort((np.arange(len(problem.since)), problem.since)).tolist()
    hall.seat(everyone)
    lost = set(hall.cancel_the_small())
    hall.seat([family for family in everyone if family in lost])
    return np.array(hall.at, dtype=np.int64)


class _Hall:
    """Places as they go, one family at a time."""

    def __init__(self, problem: Problem, allowed: Flags, *, guests: bool) -> None:
        self.problem = problem
        self.at = [-1] * len(problem.family_ids)
        self.open = [True] * len(problem.group_ids)
        self.left: list[int] = (problem.capacity - problem.confirmed).clip(min=0).tolist()
        self.guests_left: list[int] = (problem.guest_places * guests).tolist()
        self.start: list[int] = problem.choice_start.tolist()
        self.choice: list[int] = problem.choice.tolist()
        self.size: list[int] = problem.size.tolist()
        self.allowed: list[bool] = allowed.tolist()
        self.guest: list[bool] = (~problem.residents()).tolist()

    def seat(self, families: list[int]) -> None:
        """Give each, in this order, its first choice with room."""
        for family in families:
            size = self.size[family]
            for entry in range(self.start[family], self.start[family + 1]):
                group = self.choice[entry]
                if not self.allowed[entry] or not self.open[group] or self.left[group] < size:
                    continue
                if self.guest[entry] and self.guests_left[group] < size:
                    continue
                self.left[group] -= size
                self.guests_left[group] -= size * self.guest[entry]
                self.at[family] = group
                break

    def cancel_the_small(self) -> list[int]:
        """Cancel the groups below their minimum; return the families who lose a place."""
        taken = np.bincount(np.array(self.at) + 1, weights=self.problem.size, minlength=len(self.open) + 1).astype(
            np.int64
        )[1:]
        self.open = (self.problem.confirmed + taken >= self.problem.minimum).tolist()
        lost = [family for family, group in enumerate(self.at) if group >= 0 and not self.open[group]]
        for family in lost:
            self.at[family] = -1
        return lost
