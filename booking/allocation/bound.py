"""An upper bound on seats: what could be filled if families could be moved at will.

Rule: the bound keeps capacity, guest places and each family's choices, and drops all else (minimum
sizes, whole pairs, claims, consent), so no valid plan can have more. It is the value of a maximum flow
of persons into places, found by chains: one more person enters a group, pushing another on.
"""

from __future__ import annotations

from collections import deque

from booking.allocation.acceptance import NOWHERE, Seating
from booking.allocation.lists import Lists
from booking.allocation.market import Market
from booking.allocation.working import Worked


def quick_bound(market: Market) -> int:
    """Return a bound at once: all persons, or all places of groups that could start."""
    usable = market.could_start()
    return int(market.confirmed[usable].sum()) + min(int(market.size.sum()), int(market.free[usable].sum()))


def flow_bound(worked: Worked) -> int:
    """Return the bound by maximum flow, starting from the persons who have a seat already."""
    seating = Seating(Lists.of(worked.market), worked.opened.tolist())
    market = seating.market
    seating.at = worked.at.tolist()
    for family, at in enumerate(seating.at):
        if at != NOWHERE:
            seating.left[market.choices[family][at]] -= market.size[family]
            if market.claims[family][at] >= market.n:
                seating.guests_left[market.choices[family][at]] -= market.size[family]
    usable = [market.could_start(g) for g in range(len(market.groups))]
    flow = _Flow(seating, usable)
    placed = sum(size for size, at in zip(market.size, seating.at, strict=True) if at != NOWHERE)
    for family, at in enumerate(seating.at):
        units = market.size[family] if at == NOWHERE else 0
        while units and flow.push(family):
            placed += 1
            units -= 1
    return placed + sum(market.confirmed[g] for g, ok in enumerate(usable) if ok)


class _Flow:
    """Persons in places; `inside[g]` maps a family to its persons in g and the position of g in its list.

    `dead` marks what a failed search has seen: no chain through it will ever reach a free place.
    """

    def __init__(self, seating: Seating, usable: list[bool]) -> None:
        self.market = seating.market
        self.usable = usable
        self.left, self.guests_left = seating.left[:], seating.guests_left[:]
        self.inside: list[dict[int, tuple[int, int]]] = [{} for _ in usable]
        for family, at in enumerate(seating.at):
            if at != NOWHERE:
                self.inside[self.market.choices[family][at]][family] = (self.market.size[family], at)
        self.dead: set[tuple[str, int]] = set()

    def push(self, family: int) -> bool:
        """Seat one more person of this family, moving others on if need be; say whether it worked."""
        self.seen: set[tuple[str, int]] = {("family", family)}
        self.came: dict[int, tuple[int, int]] = {}
        self.queue = deque([family])
        while self.queue:
            now = self.queue.popleft()
            for position, group in enumerate(self.market.choices[now]):
                if self.usable[group] and self._enter(now, position, group):
                    self._move(now, position)
                    return True
        self.dead |= self.seen
        return False

    def _enter(self, family: int, position: int, group: int) -> bool:
        """Look at what entering this group opens; True when it has a free place."""
        if self.market.claims[family][position] >= self.market.n:
            if self._is_new("gate", group):
                self._push_out(group, family, position, guests_only=True)
            if self.guests_left[group] <= 0:
                return False
        if not self._is_new("group", group):
            return False
        if self.left[group] > 0:
            return True
        self._push_out(group, family, position, guests_only=False)
        return False

    def _push_out(self, group: int, family: int, position: int, *, guests_only: bool) -> None:
        for other, (_, at) in self.inside[group].items():
            guest = self.market.claims[other][at] >= self.market.n
            if (guest or not guests_only) and self._is_new("family", other):
                self.came[other] = (family, position)
                self.queue.append(other)

    def _is_new(self, kind: str, index: int) -> bool:
        node = (kind, index)
        if node in self.dead or node in self.seen:
            return False
        self.seen.add(node)
        return True

    def _move(self, family: int, position: int) -> None:
        """Carry out the chain that ends with this family taking a free place."""
        self.left[self.market.choices[family][position]] -= 1
        self._add(family, position, +1)
        while family in self.came:
            by, by_position = self.came[family]
            group = self.market.choices[by][by_position]
            self._add(family, self.inside[group][family][1], -1)
            self._add(by, by_position, +1)
            family = by

    def _add(self, family: int, position: int, persons: int) -> None:
        group = self.market.choices[family][position]
        now = self.inside[group].get(family, (0, position))[0] + persons
        if now:
            self.inside[group][family] = (now, position)
        else:
            del self.inside[group][family]
        if self.market.claims[family][position] >= self.market.n:
            self.guests_left[group] -= persons
