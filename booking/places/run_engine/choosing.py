"""Which groups work for whom, best first: home, then the family's own order of districts, then the sooner start.

Online groups come last. What a need rules out is asked once for each answer that anybody has given, of all groups
together, and kept as the bits of a number: thousands of families share a few hundred answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from typing import Protocol

from booking.catalogue.districts import Atlas
from booking.catalogue.groups import Group
from booking.people.fit import Need, Wish, answer, meets
from booking.places.run_engine.history import History, Meetings

ONLINE = -1  # Stands where a district would, for groups that meet nowhere.
ASKED = [need for need in Need if need is not Need.DISTRICT]

Liking = tuple[int, date, int]


class Chooser(Wish, Protocol):
    """Who chooses: a registration, or the light row of one."""

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def family_id(self) -> int: ...  # noqa: D102
    @property
    def home_id(self) -> int: ...  # noqa: D102


class Choosing:
    """The groups of a run, and what each family can choose among them."""

    def __init__(self, coming: list[Group], history: History, meetings: Meetings, places: Atlas) -> None:
        self.history, self.meetings, self.places = history, meetings, places
        by_programme: dict[int, list[Group]] = defaultdict(list)
        for group in sorted(coming, key=lambda each: (each.first_day, each.id)):
            by_programme[group.programme_id].append(group)
        self.shelves = {programme: _Shelf(those, places) for programme, those in by_programme.items()}

    def choices(self, wish: Chooser) -> list[Group]:
        """Groups that meet every need, that the family has not left or said no to, and that clash with nothing."""
        shelf = self.shelves.get(wish.programme_id)
        if shelf is None:
            return []
        closed = self.history.been.get(wish.id, set()) | self.history.barred.get(wish.id, set())
        busy = self.history.busy.get(wish.family_id, set())
        found = shelf.fitting(wish)
        if not closed and not busy:
            return found
        return [group for group in found if group.id not in closed and not self._clashes(busy, group.id)]

    def liking(self, wish: Chooser) -> Callable[[Group], Liking]:
        """How much the family likes a group that fits it, the least first: a key to sort groups by.

        The group need not be one of the run's: it may be one that is only thought of.
        """
        order = {place: number for number, place in enumerate(_order(wish, self.places))}

        def key(group: Group) -> Liking:
            return order.get(_place(group, self.places), len(order)), group.first_day, group.id

        return key

    def _clashes(self, busy: set[int], group: int) -> bool:
        return any(
            starts < their_end and their_start < ends
            for other in busy
            for their_start, their_end in self.meetings.get(other, [])
            for starts, ends in self.meetings.get(group, [])
        )


class _Shelf:
    """One programme's groups, the soonest first; the bit 1 << n of a number stands for the n-th."""

    def __init__(self, groups: list[Group], places: Atlas) -> None:
        self.groups, self.places = groups, places
        self.meeting_in: dict[int, int] = defaultdict(int)
        for number, group in enumerate(groups):
            self.meeting_in[_place(group, places)] |= 1 << number
        self.known: dict[tuple[Need, Hashable], int] = {}

    def fitting(self, wish: Chooser) -> list[Group]:
        """The groups that meet every need, best first."""
        bits = self._within_reach(wish)
        for need in ASKED:
            bits &= self._meeting(need, wish)
            if not bits:
                return []
        order = (self.meeting_in.get(place, 0) for place in _order(wish, self.places))
        return [self.groups[number] for there in order for number in _numbers(bits & there)]

    def _within_reach(self, wish: Chooser) -> int:
        """Need.DISTRICT, read off the shelf: families choose districts in so many ways that asking would take long."""
        there = {self.places.current(each).id for each in wish.district_ids}
        return sum(self.meeting_in.get(place, 0) for place in (*there, ONLINE))

    def _meeting(self, need: Need, wish: Wish) -> int:
        asked = need, answer(need, wish)
        if asked not in self.known:
            met = (meets(need, wish, group, self.places) for group in self.groups)
            self.known[asked] = sum(1 << number for number, meets_it in enumerate(met) if meets_it)
        return self.known[asked]


def _place(group: Group, places: Atlas) -> int:
    if group.online or group.venue is None:
        return ONLINE
    return places.current(group.venue.district_id).id


def _order(wish: Chooser, places: Atlas) -> list[int]:
    """Where the family would go: home first, then as it ranked the districts, then nowhere at all."""
    ranked = [wish.home_id, *wish.district_ids]
    return [*dict.fromkeys(places.current(each).id for each in ranked), ONLINE]


def _numbers(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
