"""The hard rules as plainly as they can be written: by trying every set of families that might leave.

Only for tiny towns. Nothing is shared with `verify`, nor with the engine, nor with a problem's columns.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping

from booking.allocation.rows import FamilyRow, GroupRow

Found = tuple[str, str | None, str | None]
"""A rule that is broken, and the family and the group it concerns."""


class Plainly:
    """Judges placements (group by family) and the groups said to start, over rows."""

    def __init__(
        self,
        groups: list[GroupRow],
        families: list[FamilyRow],
        seed: int,
        placements: Mapping[str, str],
        started: Iterable[str],
    ) -> None:
        self.groups = {row.id: row for row in groups}
        self.families = {row.id: row for row in families}
        self.placements, self.started, self.seed = dict(placements), set(started), seed
        queue = sorted(families, key=self._queue_key)
        self.place = {row.id: number for number, row in enumerate(queue)}

    def _queue_key(self, row: FamilyRow) -> tuple[object, ...]:
        drawn = int.from_bytes(hashlib.sha256(f"{self.seed}/{row.id}".encode()).digest()[:8], "big")
        return not row.cancelled, row.waiting_since, row.lot is None, drawn if row.lot is None else row.lot, drawn

    def is_guest(self, family: str, group: str) -> bool:
        homes = self.groups[group].districts
        return homes != ("*",) and self.families[family].district not in homes

    def is_weaker(self, one: str, other: str, group: str) -> bool:
        """Whether the first family's claim to the group is weaker than the other's."""
        return (self.is_guest(one, group), self.place[one]) > (self.is_guest(other, group), self.place[other])

    def members(self, group: str) -> list[str]:
        return [name for name, at in self.placements.items() if at == group]

    def persons(self, families: Iterable[str]) -> int:
        return sum(self.families[name].size for name in families)

    def guests(self, group: str, families: Iterable[str]) -> int:
        return self.persons(name for name in families if self.is_guest(name, group))

    def total(self, group: str) -> int:
        return self.groups[group].confirmed + self.persons(self.members(group))

    def holds(self, group: str, families: list[str]) -> bool:
        """Whether just these families, and nobody else newly placed, have room in the group."""
        row = self.groups[group]
        return (
            row.confirmed + self.persons(families) <= row.capacity and self.guests(group, families) <= row.guest_places
        )

    def has_room(self, family: str, group: str) -> bool:
        return self.holds(group, [*self.members(group), family])

    def has_claim(self, family: str, group: str) -> bool:
        """Whether some set of weaker members could leave, with the family in their place and the minimum reached."""
        members = self.members(group)
        weaker = [name for name in members if self.is_weaker(name, family, group)]
        for count in range(1, len(weaker) + 1):
            for leaving in itertools.combinations(weaker, count):
                left = [name for name in members if name not in leaving] + [family]
                enough = self.groups[group].confirmed + self.persons(left) >= self.groups[group].minimum
                if enough and self.holds(group, left):
                    return True
        return False

    def breaches(self, exceptions: Iterable[str] = ()) -> set[Found]:
        """Return all that is broken."""
        return {*self.hard(), *self.consent(set(exceptions))}

    def hard(self) -> Iterator[Found]:
        """H1 to H4."""
        for family, group in self.placements.items():
            if group not in self.families[family].choices:
                yield "H1", family, group
        for group, row in self.groups.items():
            members = self.members(group)
            if members and not self.holds(group, members):
                yield "H1", None, group
            if (group in self.started) != (self.total(group) >= row.minimum) or (members and group not in self.started):
                yield "H2", None, group
        yield from self._unplaced()
        yield from self._two_singles()

    def _unplaced(self) -> Iterator[Found]:
        for name, row in self.families.items():
            for group in row.choices:
                if name not in self.placements and group in self.started:
                    if self.has_room(name, group):
                        yield "H4", name, group
                    elif self.has_claim(name, group):
                        yield "H3", name, group

    def _two_singles(self) -> Iterator[Found]:
        for pair, group in self.placements.items():
            if self.families[pair].size != 2 or group not in self.started:
                continue
            rest = [name for name in self.members(group) if name != pair]
            for two in itertools.combinations(self._single_and_unplaced(group), 2):
                if any(self.is_weaker(pair, one, group) for one in two) and self.holds(group, [*rest, *two]):
                    yield "H3", pair, group

    def _single_and_unplaced(self, group: str) -> list[str]:
        return [
            name
            for name, row in self.families.items()
            if name not in self.placements and row.size == 1 and group in row.choices
        ]

    def passed_over(self) -> dict[str, str]:
        """Return the families for which C fails, each with the group it likes best of those owed to it."""
        found = {}
        for name, group in self.placements.items():
            choices = self.families[name].choices
            if group in choices and not self.families[name].flexible:
                better = [g for g in choices[: choices.index(group)] if g in self.started]
                owed = [g for g in better if self.has_room(name, g) or self.has_claim(name, g)]
                if owed:
                    found[name] = owed[0]
        return found

    def consent(self, exceptions: set[str]) -> Iterator[Found]:
        """C, with the families that are listed as exceptions."""
        passed = self.passed_over()
        yield from (("C", name, group) for name, group in passed.items() if name not in exceptions)
        yield from (("C", name, None) for name in exceptions - set(passed))
