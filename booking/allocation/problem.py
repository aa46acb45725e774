"""A problem to allocate: groups and families, frozen, and held as columns instead of objects.

Rule: families stand in queue order and groups in an order made from who asks for them, so that
neither the order of rows nor (where lots are given) the ids themselves can change a result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from booking.allocation.policy import QueueKey, queue_key
from booking.allocation.rows import EVERYWHERE, FamilyRow, GroupRow, ProblemError, check_rows

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything an allocation may know, as columns; arrays are read-only.

    Groups (m rows): ids, programme code, start (ordinal day), capacity, confirmed, minimum and
    guest_places in persons, everywhere; the districts of group g are
    ``group_district[group_district_start[g]:group_district_start[g + 1]]`` (codes).
    Families (n rows, queue order): ids, programme and district codes, since (microseconds UTC), lots
    (None: drawn from the seed), size, flexible, cancelled; the choices of family i, best first, are
    ``choice[choice_start[i]:choice_start[i + 1]]`` (group rows).
    """

    seed: int
    programmes: tuple[str, ...]
    districts: tuple[str, ...]
    group_ids: tuple[str, ...]
    group_programme: Ints
    group_start: Ints
    capacity: Ints
    confirmed: Ints
    minimum: Ints
    guest_places: Ints
    everywhere: Flags
    group_district_start: Ints
    group_district: Ints
    family_ids: tuple[str, ...]
    family_programme: Ints
    family_district: Ints
    since: Ints
    lots: tuple[int | float | None, ...]
    size: Ints
    flexible: Flags
    cancelled: Flags
    choice_start: Ints
    choice: Ints

    @staticmethod
    def build(groups: Iterable[GroupRow], families: Iterable[FamilyRow], seed: int) -> Problem:
        """Make a problem of rows; raise `ProblemError` naming the first record that is wrong."""
        group_rows, family_rows = list(groups), list(families)
        check_rows(group_rows, family_rows)
        queue = sorted(family_rows, key=lambda row: _queue_key(row, seed))
        return _in_columns(_in_order_of_demand(group_rows, queue), queue, seed)

    def waiting_since(self, family: int) -> datetime:
        """Return when this row of the queue was first registered (aware, UTC)."""
        return _EPOCH + int(self.since[family]) * _MICROSECOND

    def start(self, group: int) -> date:
        """Return the day this group starts."""
        return date.fromordinal(int(self.group_start[group]))

    def residents(self) -> Flags:
        """Return, per entry of `choice`, whether the family lives where the group belongs."""
        width = len(self.districts) + 1
        homes = np.repeat(np.arange(len(self.group_ids)), np.diff(self.group_district_start))
        known = np.unique(homes * width + self.group_district)
        districts = np.repeat(self.family_district, np.diff(self.choice_start))
        found = np.isin(self.choice * width + districts, known)
        return np.asarray(found | self.everywhere[self.choice], dtype=np.bool_)


def _queue_key(row: FamilyRow, seed: int) -> QueueKey:
    return queue_key(seed, row.id, row.waiting_since, cancelled=row.cancelled, lot=row.lot)


def _in_order_of_demand(groups: list[GroupRow], queue: list[FamilyRow]) -> list[GroupRow]:
    """Order groups by who asks for them first: first family in the queue, then its own order.

    Groups nobody asks for come last, by id; their order cannot matter.
    """
    asked: dict[str, int] = {}
    for family in queue:
        for choice in family.choices:
            asked.setdefault(choice, len(asked))
    return sorted(groups, key=lambda row: (asked.get(row.id, len(asked)), row.id))


def _in_columns(groups: list[GroupRow], queue: list[FamilyRow], seed: int) -> Problem:
    ids = {row.id: index for index, row in enumerate(groups)}
    programmes = _codes([*(row.programme for row in groups), *(row.programme for row in queue)])
    districts = _codes([*(d for row in groups for d in row.districts), *(row.district for row in queue)])
    homes = [() if EVERYWHERE in row.districts else row.districts for row in groups]
    return Problem(
        seed=seed,
        programmes=tuple(programmes),
        districts=tuple(districts),
        group_ids=tuple(row.id for row in groups),
        group_programme=_ints(programmes[row.programme] for row in groups),
        group_start=_ints(row.start.toordinal() for row in groups),
        capacity=_ints(row.capacity for row in groups),
        confirmed=_ints(row.confirmed for row in groups),
        minimum=_ints(row.minimum for row in groups),
        guest_places=_ints(row.guest_places for row in groups),
        everywhere=_flags(EVERYWHERE in row.districts for row in groups),
        group_district_start=_starts(len(names) for names in homes),
        group_district=_ints(districts[name] for names in homes for name in names),
        family_ids=tuple(row.id for row in queue),
        family_programme=_ints(programmes[row.programme] for row in queue),
        family_district=_ints(districts[row.district] for row in queue),
        since=_ints((row.waiting_since - _EPOCH) // _MICROSECOND for row in queue),
        lots=tuple(row.lot for row in queue),
        size=_ints(row.size for row in queue),
        flexible=_flags(row.flexible for row in queue),
        cancelled=_flags(row.cancelled for row in queue),
        choice_start=_starts(len(row.choices) for row in queue),
        choice=_ints(ids[name] for row in queue for name in row.choices),
    )


def _codes(names: list[str]) -> dict[str, int]:
    return {name: code for code, name in enumerate(sorted(set(names)))}


def _ints(values: Iterable[int]) -> Ints:
    return _frozen(np.fromiter(values, dtype=np.int64))


def _flags(values: Iterable[bool]) -> Flags:
    flags = np.fromiter(values, dtype=np.bool_)
    flags.setflags(write=False)
    return flags


def _starts(lengths: Iterable[int]) -> Ints:
    return _frozen(np.concatenate(([0], np.cumsum(np.fromiter(lengths, dtype=np.int64)))))


def _frozen(values: Ints) -> Ints:
    values = np.asarray(values, dtype=np.int64)
    values.setflags(write=False)
    return values


__all__ = ["FamilyRow", "Flags", "GroupRow", "Ints", "Problem", "ProblemError"]
