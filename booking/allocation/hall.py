"""A plan laid out beside its problem, in columns, for `verify` to look at; nothing here is shared with the engine.

Rule: who goes before whom, who is a guest, and what is left in a group are worked out here anew, from the
problem's columns and the plan's names alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from booking.allocation.plan import Plan
from booking.allocation.problem import Problem

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SLAB = 250_000
"""Families looked at together; bounds the memory, not what is found."""


class Wishes(NamedTuple):
    """Some entries of the choices: who, which group, as a guest or not, and how strong the claim (smaller first)."""

    family: Ints
    group: Ints
    guest: Flags
    claim: Ints

    def only(self, kept: Flags | Ints) -> Wishes:
        """Return those for which it is true, or those at these places."""
        return Wishes(self.family[kept], self.group[kept], self.guest[kept], self.claim[kept])


class Hall:
    """Who sits where (`at`: group row or -1), who starts, and what is left; counts are persons.

    `members` are the places taken, by group and then from the strongest claim; `own` is the entry of a
    family's own group among its choices, or past its last one where it has none.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.n, self.m = problem, len(problem.family_ids), len(problem.group_ids)
        self.group_rows = {name: row for row, name in enumerate(problem.group_ids)}
        self.at = self._at(plan)
        self.started = np.zeros(self.m, dtype=np.bool_)
        self.started[[self.group_rows[name] for name in plan.started if name in self.group_rows]] = True
        self.rank = _ranks(problem)
        self._homes = self._known_homes()
        self.own = self._own()
        self.members = self._members()
        size = problem.size[self.members.family]
        self.total = problem.confirmed + _sums(self.members.group, size, self.m)
        self.left = problem.capacity - self.total
        self.guests_left = problem.guest_places - _sums(self.members.group, size * self.members.guest, self.m)
        self._singles = np.concatenate(([0], np.cumsum(size == 1)))
        self._key = self._keys(self.members)
        self._ends = np.searchsorted(self.members.group, np.arange(self.m), side="right")

    def _at(self, plan: Plan) -> Ints:
        placements, rows = plan.placements, self.group_rows
        found = (placements.get(name) for name in self.problem.family_ids)
        return np.fromiter((-1 if name is None else rows.get(name, -1) for name in found), np.int64, self.n)

    def _known_homes(self) -> Ints:
        """Return the pairs of group and district that belong together, as sorted numbers."""
        problem = self.problem
        groups = np.repeat(np.arange(self.m), np.diff(problem.group_district_start))
        return np.unique(groups * (len(problem.districts) + 1) + problem.group_district)

    def _guest(self, family: Ints, group: Ints) -> Flags:
        """Whether each family lives outside the districts its group belongs to."""
        wanted = group * (len(self.problem.districts) + 1) + self.problem.family_district[family]
        at = np.searchsorted(self._homes, wanted)
        known = np.append(self._homes, -1)[at] == wanted
        return np.asarray(~known & ~self.problem.everywhere[group], dtype=np.bool_)

    def wishes(self, first: int, last: int) -> tuple[Ints, Wishes]:
        """Return the choices of the families from `first` until before `last`, and their entries' numbers."""
        start = self.problem.choice_start
        entries = np.arange(start[first], start[last])
        family = np.repeat(np.arange(first, last), np.diff(start[first : last + 1]))
        return entries, self._as_wishes(family, self.problem.choice[entries])

    def _as_wishes(self, family: Ints, group: Ints) -> Wishes:
        guest = self._guest(family, group)
        return Wishes(family, group, guest, self.rank[family] + self.n * guest)

    def slabs(self) -> Iterator[tuple[Ints, Wishes]]:
        """Yield all choices in slabs of families."""
        for first in range(0, self.n, SLAB):
            yield self.wishes(first, min(first + SLAB, self.n))

    def _own(self) -> Ints:
        own = self.problem.choice_start[1:].copy()
        for first in range(0, self.n, SLAB):
            last = min(first + SLAB, self.n)
            start = self.problem.choice_start[first : last + 1]
            family = np.repeat(np.arange(first, last), np.diff(start))
            hits = np.flatnonzero(self.problem.choice[start[0] : start[-1]] == self.at[family])
            own[family[hits]] = hits + start[0]
        return own

    def _members(self) -> Wishes:
        placed = np.flatnonzero(self.at >= 0)
        members = self._as_wishes(placed, self.at[placed])
        return members.only(np.lexsort((members.claim, members.group)))

    def _keys(self, wishes: Wishes) -> Ints:
        """Return numbers that order wishes by group and then by claim."""
        return wishes.group * (2 * self.n + 1) + wishes.claim

    def lacks(self, wishes: Wishes) -> Ints:
        """Return how many places each family would need besides those that are free to it; 0 or less: it has room."""
        size = self.problem.size[wishes.family]
        lacks = size - self.left[wishes.group]
        return np.where(wishes.guest, np.maximum(lacks, size - self.guests_left[wishes.group]), lacks)

    def has_claim(self, wishes: Wishes) -> Flags:
        """Whether some weaker members could leave for the family, with the minimum still reached.

        The fewest persons that make up what it lacks leave the most behind, so only they are tried. Whoever is
        weaker than a guest is a guest too, so that guest places come free with places.
        """
        lacks, ends = self.lacks(wishes), self._ends[wishes.group]
        stronger = np.searchsorted(self._key, self._keys(wishes), side="right")
        singles = self._singles[ends] - self._singles[stronger]
        pairs = ends - stronger - singles
        leaving = np.where((lacks == 1) & (singles > 0), 1, 2)
        enough = np.where(lacks == 1, singles + pairs > 0, (lacks == 2) & ((singles > 1) | (pairs > 0)))
        staying = self.total[wishes.group] - leaving + self.problem.size[wishes.family]
        return np.asarray(enough & (staying >= self.problem.minimum[wishes.group]), dtype=np.bool_)


def _sums(groups: Ints, counts: Ints, m: int) -> Ints:
    return np.bincount(groups, weights=counts, minlength=m).astype(np.int64)


def _ranks(problem: Problem) -> Ints:
    """Rank families: cancelled first, then the longest wait, then the lot (drawn as the rule says)."""
    later = (~problem.cancelled).astype(np.int64)
    order = np.lexsort((problem.since, later))
    same = (np.diff(problem.since[order]) == 0) & (np.diff(later[order]) == 0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
    for first, last in zip(edges[::2].tolist(), (edges[1::2] + 1).tolist(), strict=True):
        order[first:last] = sorted(order[first:last].tolist(), key=lambda row: _lot(problem, row))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _lot(problem: Problem, row: int) -> tuple[bool, int | float, int, str]:
    name, lot = problem.family_ids[row], problem.lots[row]
    text = f"{problem.seed}/{name}".encode("utf-8", "surrogatepass")
    drawn = int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
    return lot is None, drawn if lot is None else lot, drawn, name
