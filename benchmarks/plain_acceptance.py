"""Deferred acceptance as in the textbooks, and the emptiest groups closed one after the other.

Rule: families ask in their own order, a group keeps its strongest claims. When nobody asks any more, the group
that lacks most is closed and its families ask on. Nobody is asked again when something comes free.
"""

from __future__ import annotations

from bisect import insort
from heapq import heapify, heappop, heappush

import numpy as np

from benchmarks.cities import Numbers
from booking.allocation.problem import Problem


def plain_acceptance(problem: Problem) -> Numbers:
    """Return a group row, or -1, per family."""
    hall = _Hall(problem)
    hall.ask(list(range(len(hall.at)))[::-1])
    hall.close_the_small()
    return np.array(hall.at, dtype=np.int64)


class _Hall:
    """Who sits where; members are (claim, family), strongest first."""

    def __init__(self, problem: Problem) -> None:
        n = len(problem.family_ids)
        self.at = [-1] * n
        self.next: list[int] = problem.choice_start[:-1].tolist()
        self.end: list[int] = problem.choice_start[1:].tolist()
        self.choice: list[int] = problem.choice.tolist()
        self.size: list[int] = problem.size.tolist()
        self.guest: list[bool] = (~problem.residents()).tolist()
        self.members: list[list[tuple[int, int, bool]]] = [[] for _ in problem.group_ids]
        self.left: list[int] = (problem.capacity - problem.confirmed).clip(min=0).tolist()
        self.guests_left: list[int] = problem.guest_places.tolist()
        self.needed: list[int] = (problem.minimum - problem.confirmed).tolist()
        self.closed = [False] * len(self.members)
        self.n = n

    def ask(self, waiting: list[int]) -> None:
        """Let these, the last first, ask on until everyone sits or has asked everywhere."""
        while waiting:
            family = waiting.pop()
            while self.at[family] < 0 and self.next[family] < self.end[family]:
                entry = self.next[family]
                self.next[family] += 1
                if not self.closed[self.choice[entry]]:
                    waiting.extend(self._ask(family, self.choice[entry], self.guest[entry]))

    def _ask(self, family: int, group: int, guest: bool) -> list[int]:
        """Seat a family if its claim is strong enough; return those who must leave."""
        members, size, claim = self.members[group], self.size[family], family + self.n * guest
        left, guests_left, first = self.left[group], self.guests_left[group], len(members)
        while left < size or (guest and guests_left < size):
            first -= 1
            if first < 0 or members[first][0] < claim:
                return []
            left += self.size[members[first][1]]
            guests_left += self.size[members[first][1]] * members[first][2]
        leaving = [member[1] for member in members[first:]]
        del members[first:]
        insort(members, (claim, family, guest))
        self.left[group], self.guests_left[group] = left - size, guests_left - size * guest
        self.at[family] = group
        for other in leaving:
            self.at[other] = -1
        return leaving

    def close_the_small(self) -> None:
        """Close the group that lacks most, let its families ask on, and so on until all have enough."""
        while heap := [(-lacks, group) for group in range(len(self.members)) if (lacks := self._lacks(group)) > 0]:
            heapify(heap)
            while heap:
                lacked, group = heappop(heap)
                lacks = self._lacks(group)
                if lacks == -lacked:
                    self._close(group)
                elif lacks > 0:
                    heappush(heap, (-lacks, group))

    def _close(self, group: int) -> None:
        self.closed[group] = True
        families = [family for _, family, _ in self.members[group]]
        self.members[group] = []
        for family in families:
            self.at[family] = -1
        self.ask(families[::-1])

    def _lacks(self, group: int) -> int:
        """Return how many persons are missing; a closed group misses nobody."""
        if self.closed[group]:
            return 0
        return self.needed[group] - sum(self.size[family] for _, family, _ in self.members[group])
