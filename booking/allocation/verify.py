"""An independent check that a plan keeps every hard rule; run on every plan before any offer.

Rule: nothing here is shared with the engine or with `policy`; the claim order, the lot and the counts
are worked out again from the problem's columns. An empty list of breaches means: may be offered.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from booking.allocation.plan import Plan
from booking.allocation.problem import Problem


class Breach(NamedTuple):
    """One broken rule (H1, H2, H3, H4, C or sums), with whom and what it concerns."""

    rule: str
    family: str | None
    group: str | None
    sentence: str


class BrokenPlan(Exception):
    """A plan breaks a hard rule and must not be used; `breaches` says which."""

    def __init__(self, breaches: list[Breach]) -> None:
        super().__init__("; ".join(f"{b.rule}: {b.sentence}" for b in breaches[:5]))
        self.breaches = breaches


def verify(problem: Problem, plan: Plan) -> list[Breach]:
    """Return every breach found; about O(choices x log group size)."""
    unknown = list(_unknown(problem, plan))
    if unknown:
        return unknown
    hall = _Hall(problem, plan)
    return [*hall.places(), *hall.starts(), *hall.claims(), *hall.singles(), *hall.sums()]


def _unknown(problem: Problem, plan: Plan) -> Iterator[Breach]:
    families, groups = set(problem.family_ids), set(problem.group_ids)
    for family, group in plan.placements.items():
        if family not in families or group not in groups:
            yield Breach("H1", family, group, "the family or the group is not in the problem")
    for group in plan.started:
        if group not in groups:
            yield Breach("H2", None, group, "a group starts that is not in the problem")
    for family in plan.exceptions:
        if family not in families:
            yield Breach("C", family, None, "an exception is not in the problem")


class _Room(NamedTuple):
    """What is left in a group, and the weaker members one could do without, by own claim order."""

    left: int
    guests_left: int
    total: int
    ranks: list[int]
    singles_up_to: list[int]
    pairs_up_to: list[int]


class _Hall:
    """A plan laid out by group. Rows are the problem's; a family's rank is its own claim order."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.size: list[int] = problem.size.tolist()
        self.minimum: list[int] = problem.minimum.tolist()
        groups = {name: row for row, name in enumerate(problem.group_ids)}
        rows = {name: row for row, name in enumerate(problem.family_ids)}
        self.at = {rows[family]: groups[group] for family, group in plan.placements.items()}
        self.started = {groups[name] for name in plan.started}
        self.rank = self._ranks()
        start, choice = problem.choice_start.tolist(), problem.choice.tolist()
        self.choices: list[list[int]] = [choice[a:b] for a, b in zip(start, start[1:], strict=False)]
        self.homes = self._homes()
        self.members: list[list[int]] = [[] for _ in groups]
        for family, group in self.at.items():
            self.members[group].append(family)
        self.rooms = [self._room(group) for group in range(len(groups))]

    def _ranks(self) -> list[int]:
        """Rank families: cancelled first, then the longest wait, then the lot (drawn as the rule says)."""
        problem = self.problem

        def draw(row: int) -> int:
            text = f"{problem.seed}/{problem.family_ids[row]}".encode("utf-8", "surrogatepass")
            return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")

        def order(row: int) -> tuple[bool, int, bool, int | float, int, str]:
            lot, drawn = problem.lots[row], draw(row)
            given = drawn if lot is None else lot
            own = not problem.cancelled[row]
            return (own, int(problem.since[row]), lot is None, given, drawn, problem.family_ids[row])

        ranks = [0] * len(problem.family_ids)
        for rank, row in enumerate(sorted(range(len(ranks)), key=order)):
            ranks[row] = rank
        return ranks

    def _homes(self) -> list[set[int]]:
        start, codes = self.problem.group_district_start.tolist(), self.problem.group_district.tolist()
        return [set(codes[a:b]) for a, b in zip(start, start[1:], strict=False)]

    def guest(self, family: int, group: int) -> bool:
        """Whether the family lives outside the districts the group belongs to."""
        if self.problem.everywhere[group]:
            return False
        return int(self.problem.family_district[family]) not in self.homes[group]

    def strength(self, family: int, group: int) -> int:
        """Return the claim as a number, the smaller the stronger: residents, then guests."""
        return self.rank[family] + (len(self.rank) if self.guest(family, group) else 0)

    def _room(self, group: int) -> _Room:
        problem, members = self.problem, self.members[group]
        placed = sum(self.size[f] for f in members)
        guests = sum(self.size[f] for f in members if self.guest(f, group))
        confirmed = int(problem.confirmed[group])
        ranked = sorted((self.strength(f, group), self.size[f]) for f in members)
        return _Room(
            left=int(problem.capacity[group]) - confirmed - placed,
            guests_left=int(problem.guest_places[group]) - guests,
            total=confirmed + placed,
            ranks=[rank for rank, _ in ranked],
            singles_up_to=[0, *accumulate(int(size == 1) for _, size in ranked)],
            pairs_up_to=[0, *accumulate(int(size == 2) for _, size in ranked)],
        )

    def breach(self, rule: str, family: int | None, group: int | None, sentence: str) -> Breach:
        """Return a breach with names instead of rows."""
        names, groups = self.problem.family_ids, self.problem.group_ids
        return Breach(
            rule,
            None if family is None else names[family],
            None if group is None else groups[group],
            sentence,
        )

    def places(self) -> Iterator[Breach]:
        """H1: capacity, guest places, only groups that were chosen."""
        for family, group in self.at.items():
            if group not in self.choices[family]:
                yield self.breach("H1", family, group, "placed in a group it did not choose")
        for group, room in enumerate(self.rooms):
            if self.members[group] and room.left < 0:
                yield self.breach("H1", None, group, f"{-room.left} more persons than places")
            if self.members[group] and room.guests_left < 0:
                yield self.breach("H1", None, group, f"{-room.guests_left} more guests than guest places")

    def starts(self) -> Iterator[Breach]:
        """H2: exactly the groups that reach their minimum start, and nobody is placed in another."""
        for group, room in enumerate(self.rooms):
            enough = room.total >= self.minimum[group]
            if group in self.started and not enough:
                yield self.breach("H2", None, group, f"starts with {room.total} of {self.minimum[group]}")
            if group not in self.started and (self.members[group] or enough):
                yield self.breach("H2", None, group, f"does not start, though it has {room.total} persons")

    def claims(self) -> Iterator[Breach]:
        """H3 and H4 for the unplaced; C for the placed who did not tick flexible."""
        excepted = set(self.plan.exceptions)
        for family, choices in enumerate(self.choices):
            name, at = self.problem.family_ids[family], self.at.get(family)
            if at is None:
                yield from self._unmet(family, choices)
            passed = self._passed_over(family, choices, at)
            if passed is not None and name not in excepted:
                yield self.breach("C", family, passed, "has a claim to a group it likes better")
            if passed is None and name in excepted:
                yield self.breach("C", family, None, "is listed as an exception and is none")

    def _unmet(self, family: int, choices: list[int]) -> Iterator[Breach]:
        for group in choices:
            if group in self.started and self.has_room(family, group):
                yield self.breach("H4", family, group, "is unplaced though there is room")
            elif group in self.started and self.has_claim(family, group):
                yield self.breach("H3", family, group, "is unplaced behind weaker claims")

    def _passed_over(self, family: int, choices: list[int], at: int | None) -> int | None:
        """Return the first better liked group that C says the family should have had."""
        if at is None or at not in choices or self.problem.flexible[family]:
            return None
        better = (g for g in choices[: choices.index(at)] if g in self.started)
        return next((g for g in better if self.has_room(family, g) or self.has_claim(family, g)), None)

    def has_room(self, family: int, group: int) -> bool:
        """Whether the family fits as things are."""
        return self._lacks(family, group) <= 0

    def _lacks(self, family: int, group: int) -> int:
        room, size = self.rooms[group], self.size[family]
        lacks = size - room.left
        return max(lacks, size - room.guests_left) if self.guest(family, group) else lacks

    def has_claim(self, family: int, group: int) -> bool:
        """Whether some weaker members could leave for the family, with the minimum still reached.

        The fewest persons that make up what it lacks leave the most behind, so only they are tried.
        """
        room, lacks = self.rooms[group], self._lacks(family, group)
        stronger = bisect_right(room.ranks, self.strength(family, group))
        singles = room.singles_up_to[-1] - room.singles_up_to[stronger]
        pairs = room.pairs_up_to[-1] - room.pairs_up_to[stronger]
        if singles + 2 * pairs < lacks:
            return False
        leaving = 2 if lacks == 2 or not singles else 1
        if lacks > leaving or (lacks == 2 and singles < 2 and not pairs):
            return False
        return room.total - leaving + self.size[family] >= self.minimum[group]

    def singles(self) -> Iterator[Breach]:
        """H3, its second clause: two unplaced singles, the stronger before a pair, fit in its place."""
        waiting: dict[int, list[int]] = {group: [] for group in self.started}
        for family, choices in enumerate(self.choices):
            if family not in self.at and self.size[family] == 1:
                for group in self.started.intersection(choices):
                    waiting[group].append(family)
        for group, families in waiting.items():
            for pair in self.members[group]:
                if self.size[pair] == 2 and self._two_fit(pair, group, families):
                    yield self.breach("H3", pair, group, "two singles fit in the place of this pair")
                    break

    def _two_fit(self, pair: int, group: int, families: list[int]) -> bool:
        """Whether two of these singles, one of them with a stronger claim, fit where the pair sits."""
        gone = 2 if self.guest(pair, group) else 0
        guest_places = self.rooms[group].guests_left + gone
        guests = [f for f in families if self.guest(f, group)]
        fitting = min(len(guests), max(guest_places, 0)) + len(families) - len(guests)
        own = self.strength(pair, group)
        ahead = [f for f in families if self.strength(f, group) < own]
        may_come = any(guest_places > 0 or not self.guest(f, group) for f in ahead)
        return fitting >= 2 and may_come and self.rooms[group].left >= 0

    def sums(self) -> Iterator[Breach]:
        """The figures of the plan agree with its places, and everyone has a reason that does too."""
        seats = sum(self.rooms[group].total for group in self.started)
        if seats != self.plan.seats:
            yield Breach("sums", None, None, f"says {self.plan.seats} seats and has {seats}")
        if self.plan.bound < seats:
            yield Breach("sums", None, None, f"has {seats} seats, more than its bound {self.plan.bound}")
        if self.plan.proven and (self.plan.bound != seats or self.plan.exceptions):
            yield Breach("sums", None, None, "is called proven and is not")
        for name in self.problem.family_ids:
            reason = self.plan.reasons.get(name)
            if reason is None or reason.code.placed != (name in self.plan.placements):
                yield Breach("sums", name, None, "has no reason, or one that is not its own")
            elif reason.code.placed and reason.group != self.plan.placements[name]:
                yield Breach("sums", name, reason.group, "has a reason that speaks of another group")
