"""What the claims (H3, H4 and C) demand of any plan, as rows that a point of the program does not satisfy yet.

Call a family *content* with a group when it has a place there or one it likes as well: better in its own
list or, for the flexible, any place. If a group starts and some family that chose it is not content, then
stronger claims fill the group (all but one place where the family is a pair). So take any families of a
group, the *teeth*, each counted with at least its persons, and any point k in the group's line of claims
from which on none of them stands: the teeth that are content, and the persons up to k who sit in the group
without being teeth, come to as many as the teeth count or as there are places (one less where a tooth is a
pair), if the group starts. This is the comb of Baïou and Balinski for stable admissions, widened by pairs,
groups that may stay closed, and two limits: where guest places are the tighter one, guests are turned away
when stronger guests fill those.

A single may stand behind weaker pairs in a group that sits exactly at its minimum; where a limit can be
reached there, the pairs further on count as if they stood before. Nothing here cuts off a plan that
satisfies H1 to H4 and C without exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from booking.allocation.exact.model import Model
from booking.allocation.exact.program import INFINITY, Reals, Row
from booking.allocation.problem import Flags, Ints

CLEAR = 1e-4
"""How much a row must be missed by to be worth adding."""

_NEVER = 9.0

_AT_ONCE = 256
"""How many ends of a line are worked at once, so that long lines take no more memory than short ones."""


def missing(model: Model, point: Reals, most: int) -> list[Row]:
    """Return rows this point does not satisfy, at most so many per group, limit and kind of teeth."""
    sits = point[: model.entries]
    elsewhere = liked_as_well(model, sits)
    rows: list[Row] = []
    for group in range(model.market.m):
        for line in _lines(model, group, point):
            if line.entries.size and line.starts > CLEAR:
                rows += line.rows(model, sits[line.entries], elsewhere[line.entries], most)
    return [row for row in rows if row.values @ point[row.columns] < -CLEAR]


def liked_as_well(model: Model, sits: Reals) -> Reals:
    """Return, per entry, how much of its owner sits elsewhere and is content with that."""
    start, owner = model.market.start, model.owner
    upto = np.concatenate(([0.0], np.cumsum(sits)))
    before = upto[:-1] - upto[start[owner]]
    whole = (upto[start[1:]] - upto[start[:-1]])[owner]
    return np.maximum(np.where(model.market.flexible[owner], whole - sits, before), 0.0)


def _lines(model: Model, group: int, point: Reals) -> list[_Line]:
    """Return the lines of claims of a group: all before its places, and guests before a limit of their own."""
    entries, needs = model.ranked[group], int(model.needs[group])
    free, guests = int(model.free[group]), int(model.guests[group])
    column, tighter = model.start_column(group), model.guest_column(group)
    mixed, waits = bool(model.split[group]), needs > 0
    sure = 0 if waits and guests <= needs else max(guests - 1, 0)
    lines = [
        _Line(entries, free, column, point[column], waits and needs == free, mixed, tighter, point[tighter], sure),
    ]
    if mixed:
        held = entries[model.guest[entries]]
        lines.append(_Line(held, guests, tighter, point[tighter], waits and guests <= needs, False, 0, 0.0, 0))
    return lines


class _Kind(NamedTuple):
    """Which claims may be teeth, one unit per person, up to so many; `behind`: pairs after the end count as well."""

    units: Ints
    places: int
    behind: bool


class _Teeth(NamedTuple):
    """The best teeth for some ends of a line: by how much each row is missed (below 0), and what it is made of.

    Row k ends at ``ends[k]``, has the teeth ``who[k][used[k]]``, and counts `extra[k]` persons more of `most[k]`.
    """

    ends: Ints
    missed: Reals
    who: Ints
    used: Flags
    extra: Ints
    most: Ints


@dataclass(slots=True)
class _Line:
    """A group's claims to one limit: `places`, the column that says whether it applies, and its value.

    `excepted`: a single may stand behind weaker pairs. `mixed`: where the column `tighter` is 1, guests are
    only sure to be fewer than `sure` when they are turned away.
    """

    entries: Ints
    places: int
    column: int
    starts: float
    excepted: bool
    mixed: bool
    tighter: int
    is_tighter: float
    sure: int

    def rows(self, model: Model, sits: Reals, elsewhere: Reals, most: int) -> list[Row]:
        """Return the rows missed by most, ends well apart."""
        found: list[Row] = []
        could_be_last = np.flatnonzero(elsewhere < self.starts - 1e-9)
        for kind in self._kinds(model.persons[self.entries]):
            for first in range(0, could_be_last.size, _AT_ONCE):
                teeth = self._teeth(model, sits, elsewhere, kind, could_be_last[first : first + _AT_ONCE])
                found += [self._row(model, kind, teeth, k) for k in _apart(teeth, most)]
        return found

    def _kinds(self, persons: Ints) -> Iterator[_Kind]:
        """Yield teeth of singles, of all, and, where singles may stand behind pairs, of pairs alone."""
        every = np.arange(persons.size)
        singles, pairs = every[persons == 1], every[persons == 2]
        if singles.size:
            yield _Kind(singles, self.places, self.excepted)
        if pairs.size and self.places > 1:
            yield _Kind(np.repeat(every, persons), self.places - 1, self.excepted)
            if self.excepted:
                yield _Kind(np.repeat(pairs, 2), self.places - 1, False)

    def _teeth(self, model: Model, sits: Reals, elsewhere: Reals, kind: _Kind, ends: Ints) -> _Teeth:
        """Choose, for every end, the units that cost least: what sits elsewhere, then all that is content."""
        persons, units = model.persons[self.entries], kind.units
        within = ends[:, None] >= units[None, :]
        cost = np.where(within & (elsewhere[units] < self.starts - 1e-9), elsewhere[units], _NEVER)
        order = np.argsort(cost, axis=1, kind="stable")[:, : kind.places]
        cost = np.take_along_axis(cost, order, axis=1)
        used = cost < _NEVER
        missed = np.cumsum(persons * sits)[ends] + np.where(used, cost - self.starts, 0.0).sum(axis=1)
        content = np.where(within, (sits + elsewhere)[units], _NEVER)
        least = content.argmin(axis=1)
        lowest = content[np.arange(ends.size), least]
        extra = np.where(lowest < self.starts - 1e-9, kind.places - used.sum(axis=1), 0)
        missed += extra * np.minimum(lowest - self.starts, 0.0)
        if kind.behind:
            missed += _pairs_after(persons, sits)[ends]
        if self.mixed:
            resident = ~model.guest[self.entries][units]
            home = (used & resident[order]).sum(axis=1) + np.where(resident[least], extra, 0)
            missed += self._given_up(used.sum(axis=1) + extra, home) * self.is_tighter
        return _Teeth(ends, missed, units[order], used, extra, units[least])

    def _given_up(self, units: Ints, home: Ints) -> Ints:
        """Return how much less is sure where guest places are the tighter limit."""
        return np.asarray(units - np.minimum(units, home + np.minimum(units - home, self.sure)), dtype=np.int64)

    def _row(self, model: Model, kind: _Kind, teeth: _Teeth, k: int) -> Row:
        persons = model.persons[self.entries]
        counted = persons * (np.arange(persons.size) <= teeth.ends[k])
        if kind.behind:
            counted = np.where(persons == 2, 2, counted)
        weight = np.zeros(persons.size, dtype=np.int64)
        who = teeth.who[k][teeth.used[k]]
        weight[who] = persons[who]
        if teeth.extra[k] > 0:
            last = teeth.most[k]
            weight[last] = max(weight[last], persons[last])
            weight[last] += max(kind.places - int(weight.sum()), 0)
        chosen = np.flatnonzero(weight)
        counted[chosen] = weight[chosen]
        sure = np.array([min(int(weight.sum()), kind.places)])
        columns, values = _with_the_content(model, self.entries, counted, chosen, weight)
        columns, values = np.append(columns, self.column), np.append(values, -sure)
        if self.mixed:
            home = np.array([int(weight[~model.guest[self.entries]].sum())])
            columns, values = np.append(columns, self.tighter), np.append(values, self._given_up(sure, home))
        return _summed(columns, values)


def _pairs_after(persons: Ints, sits: Reals) -> Reals:
    """Return, per end, the persons of pairs that stand behind it."""
    pairs = np.where(persons == 2, 2 * sits, 0.0)
    return np.asarray(pairs.sum() - np.cumsum(pairs), dtype=np.float64)


def _apart(teeth: _Teeth, most: int) -> list[int]:
    """Return the rows missed by most, no two with ends close to each other."""
    found: list[int] = []
    gap = max(2, int(teeth.ends[-1]) // 20)
    for k in np.argsort(teeth.missed, kind="stable").tolist():
        if teeth.missed[k] > -CLEAR or len(found) == most:
            break
        if all(abs(teeth.ends[k] - teeth.ends[other]) >= gap for other in found):
            found.append(k)
    return found


def _with_the_content(model: Model, entries: Ints, counted: Ints, chosen: Ints, weight: Ints) -> tuple[Ints, Ints]:
    """Return the entries of a line, and for each tooth those that make it content as well, with what they count."""
    columns, values = [entries], [counted]
    for tooth in chosen.tolist():
        entry = int(entries[tooth])
        family = int(model.owner[entry])
        first, end = int(model.market.start[family]), int(model.market.start[family + 1])
        well = np.arange(first, end if model.market.flexible[family] else entry)
        well = well[(well != entry) & model.usable[well]]
        columns.append(well)
        values.append(np.full(well.size, weight[tooth]))
    return np.concatenate(columns), np.concatenate(values)


def _summed(columns: Ints, values: Ints) -> Row:
    """Return a row that must not be below 0, each column named once."""
    named, where = np.unique(columns, return_inverse=True)
    total = np.bincount(where, values)
    kept = np.flatnonzero(total)
    return Row(0.0, INFINITY, named[kept], total[kept].astype(np.float64))
