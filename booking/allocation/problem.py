"""A problem to allocate: groups and families, frozen, and held as columns instead of objects.

Rule: families stand in queue order and groups in an order made from who asks for them, so that
neither the order of rows nor (where lots are given) the ids themselves can change a result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np

from booking.allocation.columns import EPOCH, MICROSECOND, Flags, Gathering, Ints
from booking.allocation.rows import FamilyRow, GroupRow, ProblemError


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
        gathering = Gathering()
        for group in groups:
            gathering.add_group(group)
        for family in families:
            gathering.add_family(family)
        return Problem(**gathering.columns(seed))

    @cached_property
    def family_rows(self) -> dict[str, int]:
        """The row of every family by its id."""
        return {name: row for row, name in enumerate(self.family_ids)}

    @cached_property
    def group_rows(self) -> dict[str, int]:
        """The row of every group by its id."""
        return {name: row for row, name in enumerate(self.group_ids)}

    def waiting_since(self, family: int) -> datetime:
        """Return when this row of the queue was first registered (aware, UTC)."""
        return EPOCH + int(self.since[family]) * MICROSECOND

    def start(self, group: int) -> date:
        """Return the day this group starts."""
        return date.fromordinal(int(self.group_start[group]))

    @cached_property
    def owners(self) -> Ints:
        """Per entry of `choice`, the family whose choice it is."""
        return np.repeat(np.arange(len(self.family_ids)), np.diff(self.choice_start))

    @cached_property
    def claims(self) -> Ints:
        """Per entry of `choice`, how strong the claim is: the family's row, for a guest plus the number of families."""
        return np.where(self.residents(), self.owners, self.owners + len(self.family_ids))

    @cached_property
    def by_group(self) -> Ints:
        """The entries of `choice` sorted by group, strongest claim first."""
        return np.argsort(self.choice * (2 * len(self.family_ids)) + self.claims)

    def residents(self) -> Flags:
        """Return, per entry of `choice`, whether the family lives where the group belongs."""
        width = len(self.districts) + 1
        homes = np.repeat(np.arange(len(self.group_ids)), np.diff(self.group_district_start))
        known = np.unique(homes * width + self.group_district)
        districts = np.repeat(self.family_district, np.diff(self.choice_start))
        found = np.isin(self.choice * width + districts, known)
        return np.asarray(found | self.everywhere[self.choice], dtype=np.bool_)


__all__ = ["FamilyRow", "Flags", "GroupRow", "Ints", "Problem", "ProblemError"]
