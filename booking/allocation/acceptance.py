"""Deferred acceptance: families ask in their own order, groups keep the strongest claims.

Rules: a group goes through its claims from the strongest and takes each family that still fits whole
(a pair that does not fit is skipped); a family turned away asks its next choice; places that come
free are asked for again by those who liked the group better. Pairs can make that go round in circles:
a family that was asked again too often is asked no more, and the seating says so (`circled`: claims may be left open).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from heapq import heappop, heappush

from booking.allocation.lists import Lists

NOWHERE = -1

CALLS = 4
"""How often a family may be called back, per choice it made, before we call it a circle."""


class Seating:
    """Who sits where in one market while it is worked; `copy` it to try something.

    `at[i]` is the position in family i's own list, or NOWHERE; every choice before `tried[i]` has
    turned i away and would be liked better than what i has; `members[g]` are the claims of those
    seated, strongest first; `left` and `guests_left` are the places still free in g.
    """

    __slots__ = ("at", "barred", "calls", "circled", "freed", "guests_left", "left", "market", "members", "open",
                 "tried", "waiting")  # fmt: skip

    def __init__(self, market: Lists, opened: list[bool]) -> None:
        self.market = market
        self.open = list(opened)
        self.barred: set[tuple[int, int]] = set()
        self.at = [NOWHERE] * market.n
        self.tried = [0] * market.n
        self.members: list[list[int]] = [[] for _ in market.groups]
        self.left = list(market.free)
        self.guests_left = list(market.guest_places)
        self.calls: dict[int, int] = {}
        self.circled = False
        self.waiting = list(range(market.n - 1, -1, -1))
        self.freed: list[int] = []

    def copy(self) -> Seating:
        """Return a seating that may be changed without touching this one."""
        other = Seating.__new__(Seating)
        other.market = self.market
        other.open, other.at, other.tried = self.open[:], self.at[:], self.tried[:]
        other.members = [claims[:] for claims in self.members]
        other.left, other.guests_left = self.left[:], self.guests_left[:]
        other.calls, other.circled = {}, self.circled
        other.barred = set(self.barred)
        other.waiting, other.freed = self.waiting[:], self.freed[:]
        return other

    def seats(self) -> int:
        """Return the persons, confirmed and placed, in groups that are open."""
        return sum(self.taken(g) for g, is_open in enumerate(self.open) if is_open)

    def taken(self, group: int) -> int:
        """Return the persons, confirmed and placed, of one group."""
        return self.market.confirmed[group] + self.market.free[group] - self.left[group]

    def settle(self) -> None:
        """Let everyone ask until nobody who is waiting can be seated any better."""
        while self.waiting or self.freed:
            while self.waiting:
                self._ask_on(self.waiting.pop())
            if self.freed:
                self._call_back(heappop(self.freed))

    def close(self, group: int) -> None:
        """Close a group; its families have to ask on (call `settle`)."""
        self.open[group] = False
        for strength in reversed(self.members[group]):
            self._turn_away(strength % self.market.n)
        self.members[group] = []
        self.left[group] = self.market.free[group]
        self.guests_left[group] = self.market.guest_places[group]

    def reopen(self, group: int) -> None:
        """Open a group again; those who like it better are called (call `settle`)."""
        self.open[group] = True
        self._free(group)

    def bar(self, family: int, group: int) -> None:
        """Turn a member away from a group for good (call `settle`); whether that is fair must be checked."""
        self.barred.add((family, group))
        self.circled = True
        self._free(self._rise(family))
        self._turn_away(family)

    def exchange(self, leaving: list[int], coming: list[tuple[int, int]]) -> None:
        """Seat (family, position) in the place of these claims, who are then without a place."""
        for claim in leaving:
            family = claim % self.market.n
            self._rise(family)
            self.tried[family] = len(self.market.choices[family])
        for family, position in coming:
            self._sit(family, position)
        self.freed.clear()

    def admit(self, family: int, position: int) -> bool:
        """Seat a family at this choice if its claim is strong enough; say whether it was."""
        market = self.market
        group, strength = market.choices[family][position], market.claims[family][position]
        size, guests = market.size[family], market.size[family] if strength >= market.n else 0
        if (family, group) in self.barred:
            return False
        if self.left[group] >= size and self.guests_left[group] >= guests:
            self._sit(family, position)
            return True
        first = self._first_to_leave(group, strength, size, guests)
        if first is None:
            return False
        leaving = self.members[group][first:]
        for claim in leaving:
            self._rise(claim % market.n)
        self._sit(family, position)
        self._seat_again(group, leaving)
        return True

    def _first_to_leave(self, group: int, strength: int, size: int, guests: int) -> int | None:
        """Return from where on the members must leave for this claim to fit; None if it never does."""
        members, sizes, n = self.members[group], self.market.size, self.market.n
        left, guests_left = self.left[group], self.guests_left[group]
        for index in range(len(members) - 1, -1, -1):
            claim = members[index]
            if claim < strength:
                return None
            left += sizes[claim % n]
            guests_left += sizes[claim % n] if claim >= n else 0
            if left >= size and guests_left >= guests:
                return index
        return None

    def _seat_again(self, group: int, leaving: list[int]) -> None:
        """Let those who rose for a stronger claim sit down again where they still fit."""
        kept = False
        for claim in leaving:
            family = claim % self.market.n
            size = self.market.size[family]
            guests = size if claim >= self.market.n else 0
            if self.left[group] >= size and self.guests_left[group] >= guests:
                self._sit(family, self.tried[family])
                kept = True
            else:
                self._turn_away(family)
        if kept or self.left[group]:
            self._free(group)

    def _sit(self, family: int, position: int) -> None:
        if self.at[family] != NOWHERE:
            self._free(self._rise(family))
        self.at[family] = self.tried[family] = position
        self._count(family, position, -1)
        group, claim = self.market.choices[family][position], self.market.claims[family][position]
        insort(self.members[group], claim)

    def _rise(self, family: int) -> int:
        """Take a family out of its group without sending it anywhere; return the group."""
        position = self.at[family]
        self.at[family] = NOWHERE
        self._count(family, position, +1)
        group, claim = self.market.choices[family][position], self.market.claims[family][position]
        members = self.members[group]
        del members[bisect_left(members, claim)]
        return group

    def _count(self, family: int, position: int, sign: int) -> None:
        group, size = self.market.choices[family][position], self.market.size[family]
        self.left[group] += sign * size
        if self.market.claims[family][position] >= self.market.n:
            self.guests_left[group] += sign * size

    def _turn_away(self, family: int) -> None:
        self.at[family] = NOWHERE
        self.tried[family] += 1
        self.waiting.append(family)

    def _free(self, group: int) -> None:
        if group not in self.freed:
            heappush(self.freed, group)

    def _ask_on(self, family: int) -> None:
        """Let an unseated family ask its choices from the first it has not tried."""
        if self.at[family] != NOWHERE:
            return
        choices = self.market.choices[family]
        for position in range(self.tried[family], len(choices)):
            if self.open[choices[position]] and self.admit(family, position):
                return
        self.tried[family] = len(choices)

    def _call_back(self, group: int) -> None:
        """Offer what has come free to all who like this group better than what they have."""
        if not self.open[group]:
            return
        for strength, position in self.market.choosers[group]:
            family = strength % self.market.n
            if position >= self.tried[family] or not self._may_call(family):
                continue
            if self.admit(family, position):
                self.calls[family] = self.calls.get(family, 0) + 1

    def _may_call(self, family: int) -> bool:
        allowed = CALLS * (len(self.market.choices[family]) + 1)
        if self.calls.get(family, 0) < allowed:
            return True
        self.circled = True
        return False
