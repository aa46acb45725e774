"""Rows gathered into a problem's columns, one at a time, so that nobody has to hold a million of them.

Rule: groups and families may come in any order; a record is refused when it comes, what depends on others
when all have come.
"""

from __future__ import annotations

from array import array
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from booking.allocation.policy import QueueKey, queue_key
from booking.allocation.rows import EVERYWHERE, FamilyRow, GroupRow, ProblemError, check_family, check_group

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Codes(dict[str, int]):
    """Numbers for names, in the order in which they are first asked for."""

    def __missing__(self, name: str) -> int:
        code = self[name] = len(self)
        return code

    def places(self) -> Ints:
        """Return, per number, where its name stands among the sorted names."""
        places = np.empty(len(self), dtype=np.int64)
        places[[self[name] for name in sorted(self)]] = np.arange(len(self))
        return places


class Gathering:
    """Takes rows with `add_group` and `add_family`; `columns` makes the fields of a `Problem` of them."""

    def __init__(self) -> None:
        self.programmes, self.districts, self.named = Codes(), Codes(), Codes()
        self.groups: dict[str, GroupRow] = {}
        self.ids: list[str] = []
        self.lots: list[int | float | None] = []
        self.programme, self.district, self.since = array("q"), array("q"), array("q")
        self.size, self.flexible, self.cancelled = array("b"), array("b"), array("b")
        self.lengths, self.chosen = array("q"), array("q")

    def add_group(self, row: GroupRow) -> None:
        """Take a group, or raise `ProblemError`."""
        check_group(row)
        if row.id in self.groups:
            raise ProblemError(f"group {row.id!r}: the id is used twice")
        self.groups[row.id] = row

    def add_family(self, row: FamilyRow) -> None:
        """Take a family, or raise `ProblemError`."""
        check_family(row)
        self.ids.append(row.id)
        self.lots.append(row.lot)
        self.programme.append(self.programmes[row.programme])
        self.district.append(self.districts[row.district])
        self.since.append((row.waiting_since - EPOCH) // MICROSECOND)
        self.size.append(row.size)
        self.flexible.append(row.flexible)
        self.cancelled.append(row.cancelled)
        self.lengths.append(len(row.choices))
        self.chosen.extend([self.named[name] for name in row.choices])

    def columns(self, seed: int) -> dict[str, Any]:
        """Return the fields of the problem; raise `ProblemError` for rows that do not go together."""
        self._refuse_doubles()
        self._refuse_strange_choices()
        queue = self._queue(seed)
        start, chosen = self._choices(queue)
        groups = self._in_order_of_demand(chosen)
        place = np.full(len(self.named), -1, dtype=np.int64)
        for number, group in enumerate(groups):
            if group.id in self.named:
                place[self.named[group.id]] = number
        return {
            "seed": seed,
            **_group_columns(groups, self.programmes, self.districts),
            "programmes": tuple(sorted(self.programmes)),
            "districts": tuple(sorted(self.districts)),
            "family_ids": tuple([self.ids[row] for row in queue.tolist()]),
            "family_programme": frozen(self.programmes.places()[ints(self.programme)[queue]]),
            "family_district": frozen(self.districts.places()[ints(self.district)[queue]]),
            "since": frozen(ints(self.since)[queue]),
            "lots": tuple([self.lots[row] for row in queue.tolist()]),
            "size": frozen(ints(self.size)[queue]),
            "flexible": frozen_flags(ints(self.flexible)[queue]),
            "cancelled": frozen_flags(ints(self.cancelled)[queue]),
            "choice_start": start,
            "choice": frozen(place[chosen]),
        }

    def _refuse_doubles(self) -> None:
        seen: set[str] = set()
        for name in self.ids:
            if name in seen:
                raise ProblemError(f"family {name!r}: the id is used twice")
            seen.add(name)

    def _refuse_strange_choices(self) -> None:
        """Refuse the first family that chose a group that is not there, or one of another programme."""
        # A number that no programme has stands for a group that is not there.
        programme = np.full(len(self.named), -1, dtype=np.int64)
        for group in self.groups.values():
            if group.id in self.named:
                programme[self.named[group.id]] = self.programmes[group.programme]
        chosen, families = ints(self.chosen), np.repeat(np.arange(len(self.ids)), ints(self.lengths))
        wrong = programme[chosen] != ints(self.programme)[families]
        if not wrong.any():
            return
        first = int(np.argmax(wrong))
        name, choice = f"family {self.ids[families[first]]!r}", list(self.named)[chosen[first]]
        if choice not in self.groups:
            raise ProblemError(f"{name}: chooses group {choice!r}, which is not among the groups")
        own = list(self.programmes)[self.programme[families[first]]]
        raise ProblemError(f"{name}: chooses group {choice!r} of programme {self.groups[choice].programme!r}, "
                           f"but registered for {own!r}")  # fmt: skip

    def _queue(self, seed: int) -> Ints:
        """Return the families' numbers in the order of `queue_key`; lots are drawn only where waits are equal."""
        since, first = ints(self.since), 1 - ints(self.cancelled)
        queue = np.lexsort((since, first))
        differs = (np.diff(since[queue]) != 0) | (np.diff(first[queue]) != 0)
        ends = np.flatnonzero(np.concatenate(([True], differs, [True])))
        for start in np.flatnonzero(np.diff(ends) > 1).tolist():
            part = slice(ends[start], ends[start + 1])
            queue[part] = sorted(queue[part].tolist(), key=lambda row: self._key(row, seed))
        return queue

    def _key(self, row: int, seed: int) -> QueueKey:
        since, cancelled = EPOCH + self.since[row] * MICROSECOND, bool(self.cancelled[row])
        return queue_key(seed, self.ids[row], since, cancelled=cancelled, lot=self.lots[row])

    def _choices(self, queue: Ints) -> tuple[Ints, Ints]:
        """Return where each family's choices start and the chosen, in queue order."""
        lengths = ints(self.lengths)
        old = np.concatenate(([0], np.cumsum(lengths)))
        start = np.concatenate(([0], np.cumsum(lengths[queue])))
        moved = np.repeat(old[queue] - start[:-1], lengths[queue]) + np.arange(len(self.chosen))
        return frozen(start), ints(self.chosen)[moved]

    def _in_order_of_demand(self, chosen: Ints) -> list[GroupRow]:
        """Order groups by who asks for them first: first family in the queue, then its own order.

        Groups nobody asks for come last, by id; their order cannot matter.
        """
        asked = np.full(len(self.named), len(chosen), dtype=np.int64)
        codes, firsts = np.unique(chosen, return_index=True)
        asked[codes] = firsts
        firsts_by_name = dict(zip(self.named, asked.tolist(), strict=True))
        return sorted(self.groups.values(), key=lambda row: (firsts_by_name.get(row.id, len(chosen)), row.id))


def _group_columns(groups: list[GroupRow], programmes: Codes, districts: Codes) -> dict[str, Any]:
    homes = [() if EVERYWHERE in row.districts else row.districts for row in groups]
    programme, home = [programmes[row.programme] for row in groups], [districts[d] for names in homes for d in names]
    return {
        "group_ids": tuple(row.id for row in groups),
        "group_programme": frozen(programmes.places()[ints(programme)]),
        "group_start": frozen([row.start.toordinal() for row in groups]),
        "capacity": frozen([row.capacity for row in groups]),
        "confirmed": frozen([row.confirmed for row in groups]),
        "minimum": frozen([row.minimum for row in groups]),
        "guest_places": frozen([row.guest_places for row in groups]),
        "everywhere": frozen_flags([EVERYWHERE in row.districts for row in groups]),
        "group_district_start": frozen(np.cumsum([0, *(len(names) for names in homes)])),
        "group_district": frozen(districts.places()[ints(home)]),
    }


def ints(values: ArrayLike) -> Ints:
    """Return whole numbers as an array of 64 bits."""
    return np.asarray(values, dtype=np.int64)


def frozen(values: ArrayLike) -> Ints:
    """Return whole numbers as a read-only array."""
    found = ints(values)
    found.setflags(write=False)
    return found


def frozen_flags(values: ArrayLike) -> Flags:
    """Return yes and no as a read-only array."""
    found = np.asarray(values, dtype=np.bool_)
    found.setflags(write=False)
    return found
