"""Whether a seating keeps the rule, worked out from the claims, for a whole market at once.

Rule: a seating is valid when no claim of an unplaced family is left open (H3, H4); its exceptions are the
placed families, not flexible, with a claim to a group that starts and that they like better (C).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from booking.allocation.market import Market
from booking.allocation.problem import Flags, Ints

NOWHERE = -1


class Judged(NamedTuple):
    """Whether H1 to H4 hold, how many exceptions C has, and the persons, confirmed and placed, that have seats."""

    valid: bool
    exceptions: int
    seats: int

    @property
    def clean(self) -> bool:
        """Whether everything holds, C without exceptions."""
        return self.valid and not self.exceptions


def judge(market: Market, at: Ints) -> Judged:
    """Judge a seating; `at` holds each family's position in its own list, or NOWHERE."""
    return _Hall(market, at).judged()


class _Hall:
    """A seating laid out: `had` per entry, the places left and the persons of each group, which groups start."""

    def __init__(self, market: Market, at: Ints) -> None:
        self.market, self.at = market, at
        self.owner = market.owners()
        self.persons, self.guest = market.size[self.owner], market.claim >= market.n
        self.had = np.zeros(market.group.size, dtype=np.bool_)
        self.had[(market.start[:-1] + at)[at != NOWHERE]] = True
        placed = self._by_group(self.persons * self.had)
        self.total = market.confirmed + placed
        self.left = market.free - placed
        self.guests_left = market.guest_places - self._by_group(self.persons * self.had * self.guest)
        self.open = self.total >= market.minimum

    def _by_group(self, persons: Ints) -> Ints:
        return np.bincount(self.market.group, persons, self.market.m).astype(np.int64)

    def judged(self) -> Judged:
        market, group = self.market, self.market.group
        unplaced = (self.at == NOWHERE)[self.owner]
        position = np.arange(group.size) - market.start[self.owner]
        claims = self.open[group] & self._claims()
        held = not (self.left < 0).any() and bool((self.guests_left >= 0)[group[self.had & self.guest]].all())
        settled = bool(self.open[group[self.had]].all()) and not (claims & unplaced).any()
        valid = held and settled and not any(self._two_singles(g) for g in self._with_pairs(unplaced))
        better = ~unplaced & (position < self.at[self.owner]) & ~market.flexible[self.owner]
        exceptions = np.unique(self.owner[claims & better]).size
        return Judged(valid, int(exceptions), int(self.total[self.open].sum()))

    def _claims(self) -> Flags:
        """Return, per entry, whether there is room for its owner or weaker members could leave for it."""
        group = self.market.group
        lacks = self.persons - self.left[group]
        lacks = np.where(self.guest, np.maximum(lacks, self.persons - self.guests_left[group]), lacks)
        singles, pairs = self._weaker(self.had & (self.persons == 1)), self._weaker(self.had & (self.persons == 2))
        leaving = np.where((lacks == 2) | (singles == 0), 2, 1)
        enough = (singles + 2 * pairs >= lacks) & (lacks <= leaving) & ~((lacks == 2) & (singles < 2) & (pairs == 0))
        reached = self.total[group] - leaving + self.persons >= self.market.minimum[group]
        return np.asarray((lacks <= 0) | (enough & reached), dtype=np.bool_)

    def _weaker(self, counted: Flags) -> Ints:
        """Return, per entry, how many counted entries of its group have a weaker claim."""
        order = np.lexsort((self.market.claim, self.market.group))
        stronger = np.empty(order.size, dtype=np.int64)
        stronger[order] = np.cumsum(counted[order])
        ends = np.cumsum(np.bincount(self.market.group, counted, self.market.m).astype(np.int64))
        return ends[self.market.group] - stronger

    def _with_pairs(self, unplaced: Flags) -> list[int]:
        """Return the groups that start with a pair in them while two singles wait."""
        group = self.market.group
        pairs = np.bincount(group[self.had & (self.persons == 2)], minlength=self.market.m)
        singles = np.bincount(group[unplaced & (self.persons == 1)], minlength=self.market.m)
        return [int(g) for g in np.flatnonzero(self.open & (pairs > 0) & (singles > 1))]

    def _two_singles(self, group: int) -> bool:
        """Whether two unplaced singles would fit in a pair's place, the stronger before the pair."""
        here = self.market.group == group
        waiting = self.market.claim[here & (self.at == NOWHERE)[self.owner] & (self.persons == 1)]
        n, pairs = self.market.n, self.market.claim[here & self.had & (self.persons == 2)]
        residents = int((waiting < n).sum())
        for pair in pairs.tolist():
            guest_places = int(self.guests_left[group]) + (2 if pair >= n else 0)
            fitting = residents + min(waiting.size - residents, guest_places)
            first = waiting.min() if residents or guest_places > 0 else 2 * n
            if fitting >= 2 and first < pair:
                return True
        return False
