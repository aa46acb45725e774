"""Where everyone ended, as columns of the problem, and what can be read off them about each group.

Rule: nothing here knows the way to the plan; whoever sees the plan can work it out again.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from functools import cached_property

import numpy as np

from booking.allocation.problem import Flags, Ints, Problem

NOWHERE = -1
NOBODY = np.iinfo(np.int64).max


class Outcome:
    """A finished plan: `at[i]` is the entry of the problem's `choice` that family i got, or NOWHERE.

    `started` flags the groups. Per entry, `owner` is the family and `claim` how strong it is (smaller is
    stronger); per group, `taken`, `left` and `guests_left` are persons.
    """

    def __init__(self, problem: Problem, at: Ints, started: Flags) -> None:
        self.problem, self.at, self.started = problem, at, started
        self.owner, self.claim = problem.owners, problem.claims
        self.n, self.m = len(problem.family_ids), len(problem.group_ids)
        self.placed = np.flatnonzero(at != NOWHERE)
        sizes, groups = problem.size[self.placed], problem.choice[at[self.placed]]
        guest = self.claim[at[self.placed]] >= self.n
        self.taken = problem.confirmed + _sum(groups, sizes, self.m)
        self.left = (problem.capacity - problem.confirmed).clip(min=0) - _sum(groups, sizes, self.m)
        self.guests_left = problem.guest_places - _sum(groups[guest], sizes[guest], self.m)

    @cached_property
    def envied(self) -> Flags:
        """Per entry, whether the family likes it better, in its own order, than what it has."""
        at = self.at[self.owner]
        return np.asarray((at == NOWHERE) | (np.arange(at.size) < at), dtype=np.bool_)

    @cached_property
    def _asked_from(self) -> Ints:
        return np.searchsorted(self.problem.choice[self.problem.by_group], np.arange(self.m + 1))

    def choosers(self, group: int) -> Ints:
        """Return the entries of all who chose a group, strongest claim first."""
        return self.problem.by_group[self._asked_from[group] : self._asked_from[group + 1]]

    @cached_property
    def _seated(self) -> tuple[Ints, Ints]:
        entries = self.at[self.placed]
        order = entries[np.lexsort((self.claim[entries], self.problem.choice[entries]))]
        return self.claim[order], np.searchsorted(self.problem.choice[order], np.arange(self.m + 1))

    def members(self, group: int) -> list[int]:
        """Return the claims of those placed in a group, strongest first."""
        claims, begin = self._seated
        found: list[int] = claims[begin[group] : begin[group + 1]].tolist()
        return found

    def first_envious(self, size: int) -> Ints:
        """Return, per group, the strongest claim of a family of this size that would rather be there, or NOBODY."""
        entries = np.flatnonzero(self.envied & (self.problem.size[self.owner] == size))
        found = np.full(self.m, NOBODY, dtype=np.int64)
        np.minimum.at(found, self.problem.choice[entries], self.claim[entries])
        return found

    def longest_envious(self, *, guests: bool) -> Ints:
        """Return, per group, since when the longest waiting of those residents or guests would rather be there."""
        entries = np.flatnonzero(self.envied & ((self.claim >= self.n) == guests))
        found = np.full(self.m, NOBODY, dtype=np.int64)
        np.minimum.at(found, self.problem.choice[entries], self.problem.since[self.owner[entries]])
        return found

    def takers(self, group: int, coming: Flags) -> int:
        """Return the persons a group would have: confirmed, and of the `coming` (per entry) those who fit."""
        problem = self.problem
        left = int(max(problem.capacity[group] - problem.confirmed[group], 0))
        guests_left = int(problem.guest_places[group])
        had = left
        entries = self.choosers(group)
        for entry in entries[coming[entries]].tolist():
            size = int(problem.size[self.owner[entry]])
            guests = size if self.claim[entry] >= self.n else 0
            if left >= size and guests_left >= guests:
                left -= size
                guests_left -= guests
        return int(problem.confirmed[group]) + had - left

    def most_seats(self, groups: Flags) -> int:
        """Return how many seats these groups could have at most, with all who chose them."""
        problem = self.problem
        entries = np.flatnonzero(groups[problem.choice])
        persons = int(problem.size[np.unique(self.owner[entries])].sum())
        coming = _sum(problem.choice[entries], problem.size[self.owner[entries]], self.m)
        free = np.minimum((problem.capacity - problem.confirmed).clip(min=0), coming)
        usable = groups & (problem.confirmed + free >= problem.minimum)
        return int(problem.confirmed[usable].sum()) + min(persons, int(free[usable].sum()))

    def kept_closed(self) -> tuple[str, ...]:
        """Return the groups that do not start though families who are not flexible, or unplaced, would fill them."""
        problem = self.problem
        coming = self.envied & (~problem.flexible[self.owner] | (self.at[self.owner] == NOWHERE))
        entries = np.flatnonzero(coming & ~self.started[problem.choice])
        most = problem.confirmed + _sum(problem.choice[entries], problem.size[self.owner[entries]], self.m)
        likely = np.flatnonzero(~self.started & (most >= problem.minimum))
        return tuple(
            problem.group_ids[group]
            for group in likely.tolist()
            if self.takers(group, coming) >= problem.minimum[group]
        )


def _sum(groups: Ints, sizes: Ints, m: int) -> Ints:
    return np.bincount(groups, sizes, m).astype(np.int64)


class Placements(Mapping[str, str]):
    """Group by family, in queue order, read off the outcome when asked for."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def __len__(self) -> int:
        return int(self._outcome.placed.size)

    def __iter__(self) -> Iterator[str]:
        names = self._outcome.problem.family_ids
        return (names[row] for row in self._outcome.placed.tolist())

    def __getitem__(self, family: str) -> str:
        problem, row = self._outcome.problem, self._outcome.problem.family_rows[family]
        if self._outcome.at[row] == NOWHERE:
            raise KeyError(family)
        return problem.group_ids[int(problem.choice[self._outcome.at[row]])]

    def items(self) -> ItemsView[str, str]:
        """Return (family, group) pairs; they are walked through without a table of names."""
        return _Pairs(self)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield (family, group) in queue order."""
        problem, groups = self._outcome.problem, self._outcome.problem.choice[self._outcome.at[self._outcome.placed]]
        return (
            (problem.family_ids[row], problem.group_ids[group])
            for row, group in zip(self._outcome.placed.tolist(), groups.tolist(), strict=True)
        )

    def __repr__(self) -> str:
        return repr(dict(self.pairs()))


class _Pairs(ItemsView[str, str]):
    _mapping: Placements

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return self._mapping.pairs()
