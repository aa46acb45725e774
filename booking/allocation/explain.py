"""Finds the reason for every family, placed or not, from what the finished plan shows.

Rule: a reason is read off the plan, never off the way there, so that anyone who sees the plan can check
it. The group spoken of is the best liked one that starts, else the best liked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import ItemsView, Iterator, Mapping
from functools import cached_property
from zoneinfo import ZoneInfo

from booking.allocation.columns import EPOCH, MICROSECOND
from booking.allocation.outcome import NOWHERE, Outcome
from booking.allocation.reasons import Code, Reason

STOCKHOLM = ZoneInfo("Europe/Stockholm")

Values = dict[str, int | str]


class Reasons(Mapping[str, Reason]):
    """A reason for every family, in queue order, found when it is asked for."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    @cached_property
    def _explainer(self) -> _Explainer:
        return _Explainer(self._outcome)

    def __len__(self) -> int:
        return self._outcome.n

    def __iter__(self) -> Iterator[str]:
        return iter(self._outcome.problem.family_ids)

    def __getitem__(self, family: str) -> Reason:
        return self._explainer.reason(self._outcome.problem.family_rows[family])

    def items(self) -> ItemsView[str, Reason]:
        """Return (family, reason) pairs; they are walked through without a table of names."""
        return _Pairs(self)

    def pairs(self) -> Iterator[tuple[str, Reason]]:
        """Yield (family, reason) in queue order."""
        find = self._explainer.reason
        return ((name, find(row)) for row, name in enumerate(self._outcome.problem.family_ids))

    def __repr__(self) -> str:
        return repr(dict(self.pairs()))


class _Pairs(ItemsView[str, Reason]):
    _mapping: Reasons

    def __iter__(self) -> Iterator[tuple[str, Reason]]:
        return self._mapping.pairs()


class _Explainer:
    """Explains one outcome; families, groups and entries are rows of the problem.

    What is by family or by group is held as lists, which are read faster; entries are too many for that.
    """

    def __init__(self, outcome: Outcome) -> None:
        problem = outcome.problem
        self.outcome, self.n = outcome, outcome.n
        self.choice, self.claim, self.started = problem.choice, outcome.claim, outcome.started.tolist()
        self.start, self.at = problem.choice_start.tolist(), outcome.at.tolist()
        self.size: list[int] = problem.size.tolist()
        self.since: list[int] = problem.since.tolist()
        self.flexible, self.cancelled = problem.flexible.tolist(), problem.cancelled.tolist()
        self.names, self.minimum, self.taken = problem.group_ids, problem.minimum.tolist(), outcome.taken.tolist()
        self.capacity, self.guest_places = problem.capacity.tolist(), problem.guest_places.tolist()
        self.free = (problem.capacity - problem.confirmed).clip(min=0).tolist()
        self.left: list[int] = outcome.left.tolist()
        self.guests_left: list[int] = outcome.guests_left.tolist()
        self.first_single, self.first_pair = outcome.first_envious(1).tolist(), outcome.first_envious(2).tolist()
        self._takers: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}

    @cached_property
    def longest(self) -> tuple[list[int], list[int]]:
        """Since when the longest waiting resident, and guest, would rather be in each group."""
        return self.outcome.longest_envious(guests=False).tolist(), self.outcome.longest_envious(guests=True).tolist()

    def reason(self, family: int) -> Reason:
        """Return why a family got what it got."""
        at, first, end = self.at[family], self.start[family], self.start[family + 1]
        if first == end:
            return Reason(Code.NO_CHOICES, None, {})
        if at != NOWHERE:
            group = int(self.choice[at])
            return Reason(*self._placed(family, group, first, at))
        groups = self.choice[first:end].tolist()
        for position, group in enumerate(groups):
            if self.started[group]:
                code, values = self._turned_away(family, group, int(self.claim[first + position]))
                return Reason(code, self.names[group], values)
        return Reason(*self._closed(groups[0]))

    def _closed(self, group: int) -> tuple[Code, str, Values]:
        if group not in self._takers:
            self._takers[group] = self.outcome.takers(group, self.outcome.envied)
        had, needs = self._takers[group], self.minimum[group]
        code = Code.TOO_FEW if had < needs else Code.KEPT_CLOSED
        return code, self.names[group], {"had": had, "needs": needs}

    def _placed(self, family: int, group: int, first: int, at: int) -> tuple[Code, str, Values]:
        values: Values = {"choice": at - first + 1, "since": self._day(family)}
        claim, minimum = int(self.claim[at]), self.minimum[group]
        code = Code.PLACED_GUEST if claim >= self.n else Code.PLACED_RESIDENT
        if self.flexible[family] and self._passed_over(family, first, at):
            code = Code.PLACED_FLEXIBLE
            if self.taken[group] - self.size[family] < minimum:
                values["reaches"] = minimum
        elif self.size[family] == 1 and self.first_pair[group] < claim:
            code = Code.PLACED_SINGLE
        elif self.size[family] == 2 and self.first_single[group] < claim and self.taken[group] == minimum:
            code = Code.PLACED_TO_START
            values["minimum"] = minimum
        elif self.cancelled[family] and self.longest[claim >= self.n][group] < self.since[family]:
            code = Code.PLACED_CANCELLED
        return code, self.names[group], values

    def _passed_over(self, family: int, first: int, at: int) -> bool:
        """Whether the queue would have given a placed family a better liked group that starts."""
        return any(
            self.started[group] and self._has_claim(family, group, int(self.claim[first + position]))
            for position, group in enumerate(self.choice[first:at].tolist())
        )

    def _has_claim(self, family: int, group: int, claim: int) -> bool:
        """Whether the family has room, or weaker members could leave for it with the minimum still reached."""
        lacks = self.size[family] - self._room(group, claim)
        if lacks <= 0:
            return True
        members = self._seated(group)
        sizes = [self.size[other % self.n] for other in members[bisect_left(members, claim) :]]
        if sum(sizes) < lacks:
            return False
        leaving = 1 if lacks == 1 and 1 in sizes else 2
        return bool(self.taken[group] - leaving + self.size[family] >= self.minimum[group])

    def _seated(self, group: int) -> list[int]:
        """Return the claims of those placed in a group, strongest first."""
        if group not in self._members:
            self._members[group] = self.outcome.members(group)
        return self._members[group]

    def _turned_away(self, family: int, group: int, claim: int) -> tuple[Code, Values]:
        """Say why an unplaced family is not in this group, which starts."""
        members = self._seated(group)
        stronger = members[: bisect_left(members, claim)]
        left = self.free[group] - self._persons(stronger)
        if claim >= self.n:
            guests = [other for other in stronger if other >= self.n]
            left = min(left, self.guest_places[group] - self._persons(guests))
        if left >= self.size[family]:
            return Code.PAIR_NEEDED, {"minimum": self.minimum[group]}
        if left == 1:
            return Code.PAIR_ONE_LEFT, {"left": left, "free": self._room(group, claim), "needs": self.size[family]}
        return self._full(family, group, claim, stronger)

    def _room(self, group: int, claim: int) -> int:
        return min(self.left[group], self.guests_left[group]) if claim >= self.n else self.left[group]

    def _persons(self, claims: list[int]) -> int:
        return sum(self.size[claim % self.n] for claim in claims)

    def _full(self, family: int, group: int, claim: int, stronger: list[int]) -> tuple[Code, Values]:
        n, cancelled = self.n, self.cancelled
        if claim >= n and not self.guest_places[group]:
            return Code.HELD_FOR_RESIDENTS, {"free": self.left[group]}
        if not stronger:
            return Code.FULL_BEFORE, {"capacity": self.capacity[group]}
        own = self._day(family)
        rivals = [other % n for other in stronger if (other >= n) == (claim >= n)]
        if not rivals:
            return Code.FULL_RESIDENTS, {"since": own}
        rivals = [other for other in rivals if cancelled[other] == cancelled[family]]
        if not rivals:
            return Code.FULL_CANCELLED, {"since": own}
        code = Code.FULL_LOT if self.since[rivals[-1]] == self.since[family] else Code.FULL_LONGER_WAIT
        values: Values = {"limit": self._day(rivals[-1]), "since": own}
        return code, ({**values, "both_cancelled": 1} if cancelled[family] else values)

    def _day(self, family: int) -> str:
        """Return the date, in Stockholm, at which a family was first registered."""
        return (EPOCH + self.since[family] * MICROSECOND).astimezone(STOCKHOLM).date().isoformat()
