"""A market as a program of zeros and ones: who sits where, which groups start, and where guests are the tighter limit.

Columns: one per entry (choice) of the market, then one per group for whether it starts, then one per group
for whether its guest places, rather than its places, are what turns guests away. The rows here are rule H1
and H2; what the claims ask for is added as it turns out to be missing (`cuts`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from booking.allocation.exact.program import INFINITY, Program, Reals, Row
from booking.allocation.market import Market
from booking.allocation.problem import Flags, Ints


@dataclass(slots=True)
class Model:
    """A market's columns and what is known of them beforehand.

    Per entry (E): `owner`, `persons`, `guest`, and whether it is `usable` at all. Per group (m): `free`,
    `guests` (guest places, at most `free`), `needs` persons to start, whether it `may_start` at all, `split`
    whether guests have a limit of their own; `ranked[g]` are its usable entries, strongest claim first.
    """

    market: Market
    owner: Ints
    persons: Ints
    guest: Flags
    usable: Flags
    free: Ints
    guests: Ints
    needs: Ints
    may_start: Flags
    split: Flags
    ranked: list[Ints]

    @staticmethod
    def of(market: Market) -> Model:
        """Return the model of a market."""
        owner = market.owners()
        persons, guest = market.size[owner], market.claim >= market.n
        free, guests = market.free, np.minimum(market.guest_places, market.free)
        needs = np.maximum(market.minimum - market.confirmed, 0)
        fits = (persons <= free[market.group]) & (~guest | (persons <= guests[market.group]))
        residents = np.bincount(market.group, persons * (fits & ~guest), market.m)
        coming = residents + np.minimum(np.bincount(market.group, persons * (fits & guest), market.m), guests)
        may_start = np.minimum(coming, free) >= needs
        usable = fits & may_start[market.group]
        order = np.lexsort((market.claim, market.group))
        order = order[usable[order]]
        ends = np.searchsorted(market.group[order], np.arange(market.m + 1))
        ranked = [order[first:end] for first, end in zip(ends, ends[1:], strict=False)]
        any_guest = np.bincount(market.group[usable & guest], minlength=market.m) > 0
        split = (guests > 0) & (guests < free) & any_guest
        return Model(market, owner, persons, guest, usable, free, guests, needs, may_start, split, ranked)

    @property
    def entries(self) -> int:
        """Return how many choices there are."""
        return int(self.owner.size)

    def start_column(self, group: int) -> int:
        """Return the column that says whether a group starts."""
        return self.entries + group

    def guest_column(self, group: int) -> int:
        """Return the column that says whether guest places are the group's tighter limit."""
        return self.entries + self.market.m + group

    def most_seats(self) -> int:
        """Return a bound at once: all persons who could be placed, or all places of groups that may start."""
        persons = int(self.market.size[np.unique(self.owner[self.usable])].sum())
        places = int(self.free[self.may_start].sum())
        return int(self.market.confirmed[self.may_start].sum()) + min(persons, places)

    def point(self, at: Ints) -> Reals:
        """Return a seating (positions, or -1) as a point of the program."""
        market, placed = self.market, at >= 0
        sits = np.zeros(self.entries)
        sits[market.start[:-1][placed] + at[placed]] = 1.0
        taken = np.bincount(market.group, self.persons * sits, market.m)
        by_guests = np.bincount(market.group, self.persons * sits * self.guest, market.m)
        starts = market.confirmed + taken >= market.minimum
        tighter = self.split & starts & (self.guests - by_guests <= self.free - taken)
        return np.concatenate((sits, starts, tighter)).astype(np.float64)

    def worth(self) -> Reals:
        """Return how many seats each column brings."""
        return np.concatenate((self.persons, self.market.confirmed, np.zeros(self.market.m))).astype(np.float64)

    def bounds(self) -> tuple[Reals, Reals]:
        """Return the lowest and highest value of each column."""
        m = self.market.m
        lower = np.concatenate((np.zeros(self.entries), self.needs == 0, np.zeros(m))).astype(np.float64)
        upper = np.concatenate((self.usable, self.may_start, self.split)).astype(np.float64)
        return lower, upper

    def program(self) -> Program:
        """Return the program with the rows of H1 and H2."""
        program = Program(self.worth(), *self.bounds())
        program.add(self._families())
        for group in range(self.market.m):
            if self.ranked[group].size:
                program.add(self._group(group))
        return program

    def _families(self) -> list[Row]:
        """A family has at most one place; rows only for those with several usable choices."""
        start, rows = self.market.start.tolist(), []
        for first, end in zip(start, start[1:], strict=False):
            usable = first + np.flatnonzero(self.usable[first:end])
            if usable.size > 1:
                rows.append(Row(-INFINITY, 1.0, usable, np.ones(usable.size)))
        return rows

    def _group(self, group: int) -> list[Row]:
        """Places, guest places and minimum of a group that starts; nobody sits in one that does not."""
        entries, column = self.ranked[group], self.start_column(group)
        rows = [self._at_most(entries, int(self.free[group]), column)]
        if self.needs[group] > 0:
            rows.append(row_of(entries, self.persons[entries], column, -int(self.needs[group]), lower=0.0))
            rows += [row_of(entries[k : k + 1], np.ones(1), column, -1, upper=0.0) for k in range(entries.size)]
        if self.guests[group] < self.free[group] and self.guest[entries].any():
            rows.append(self._at_most(entries[self.guest[entries]], int(self.guests[group]), column))
        if self.split[group]:
            tighter = np.array([self.guest_column(group)])
            rows.append(row_of(tighter, np.ones(1), column, -1, upper=0.0))
        return rows

    def _at_most(self, entries: Ints, places: int, column: int) -> Row:
        return row_of(entries, self.persons[entries], column, -places, upper=0.0)


def row_of(
    entries: Ints, values: Ints | Reals, column: int, value: float, *, lower: float = -INFINITY, upper: float = INFINITY
) -> Row:
    """Return a row over these entries and one more column."""
    return Row(lower, upper, np.append(entries, column), np.append(values, value).astype(np.float64))
