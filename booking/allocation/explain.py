"""Finds the reason for every family, placed or not, from what the finished plan shows.

Rule: a reason is read off the plan, never off the way there, so that anyone who sees the plan can check
it. The group spoken of is the best liked one that starts, else the best liked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import ItemsView, Iterator, Mapping
from functools import cached_property
from zoneinfo import ZoneInfo

from booking.allocation.outcome import NOWHERE, Outcome
from booking.allocation.problem import Ints
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
    """Explains one outcome; families, groups and entries are rows of the problem."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.problem, self.n = outcome, outcome.problem, outcome.n
        self.first_single, self.first_pair = outcome.first_envious(1), outcome.first_envious(2)
        self._takers: dict[int, int] = {}

    @cached_property
    def longest(self) -> tuple[Ints, Ints]:
        """Since when the longest waiting resident, and guest, would rather be in each group."""
        return self.outcome.longest_envious(guests=False), self.outcome.longest_envious(guests=True)

    def reason(self, family: int) -> Reason:
        """Return why a family got what it got."""
        problem, at = self.problem, int(self.outcome.at[family])
        first, end = int(problem.choice_start[family]), int(problem.choice_start[family + 1])
        if first == end:
            return Reason(Code.NO_CHOICES, None, {})
        if at != NOWHERE:
            return self._about(at, *self._placed(family, first, at))
        for entry in range(first, end):
            if self.outcome.started[problem.choice[entry]]:
                return self._about(entry, *self._turned_away(family, entry))
        return self._about(first, *self._closed(int(problem.choice[first])))

    def _about(self, entry: int, code: Code, values: Values) -> Reason:
        return Reason(code, self.problem.group_ids[self.problem.choice[entry]], values)

    def _closed(self, group: int) -> tuple[Code, Values]:
        if group not in self._takers:
            self._takers[group] = self.outcome.takers(group, self.outcome.envied)
        had, needs = self._takers[group], int(self.problem.minimum[group])
        return (Code.TOO_FEW if had < needs else Code.KEPT_CLOSED), {"had": had, "needs": needs}

    def _placed(self, family: int, first: int, at: int) -> tuple[Code, Values]:
        problem, outcome = self.problem, self.outcome
        group, claim, size = int(problem.choice[at]), int(outcome.claim[at]), int(problem.size[family])
        values: Values = {"choice": at - first + 1, "since": self._day(family)}
        minimum, taken = int(problem.minimum[group]), int(outcome.taken[group])
        if problem.flexible[family] and self._passed_over(family, first, at):
            return Code.PLACED_FLEXIBLE, ({**values, "reaches": minimum} if taken - size < minimum else values)
        if size == 1 and self.first_pair[group] < claim:
            return Code.PLACED_SINGLE, values
        if size == 2 and self.first_single[group] < claim and taken == minimum:
            return Code.PLACED_TO_START, {**values, "minimum": minimum}
        if problem.cancelled[family] and self.longest[claim >= self.n][group] < problem.since[family]:
            return Code.PLACED_CANCELLED, values
        return (Code.PLACED_GUEST if claim >= self.n else Code.PLACED_RESIDENT), values

    def _passed_over(self, family: int, first: int, at: int) -> bool:
        """Whether the queue would have given a placed family a better liked group that starts."""
        return any(
            self.outcome.started[self.problem.choice[entry]] and self._has_claim(family, entry)
            for entry in range(first, at)
        )

    def _has_claim(self, family: int, entry: int) -> bool:
        """Whether the family has room, or weaker members could leave for it with the minimum still reached."""
        group, claim, size = int(self.problem.choice[entry]), int(self.outcome.claim[entry]), self.problem.size[family]
        lacks = size - self._free(group, claim)
        if lacks <= 0:
            return True
        members = self.outcome.members(group)
        sizes = [int(self.problem.size[other % self.n]) for other in members[bisect_left(members, claim) :]]
        if sum(sizes) < lacks:
            return False
        leaving = 1 if lacks == 1 and 1 in sizes else 2
        return bool(self.outcome.taken[group] - leaving + size >= self.problem.minimum[group])

    def _turned_away(self, family: int, entry: int) -> tuple[Code, Values]:
        """Say why an unplaced family is not in this group, which starts."""
        problem, outcome = self.problem, self.outcome
        group, claim, size = int(problem.choice[entry]), int(outcome.claim[entry]), int(problem.size[family])
        members = outcome.members(group)
        stronger = members[: bisect_left(members, claim)]
        left = int(max(problem.capacity[group] - problem.confirmed[group], 0)) - self._persons(stronger)
        if claim >= self.n:
            guests = [other for other in stronger if other >= self.n]
            left = min(left, int(problem.guest_places[group]) - self._persons(guests))
        if left >= size:
            return Code.PAIR_NEEDED, {"minimum": int(problem.minimum[group])}
        if left == 1:
            return Code.PAIR_ONE_LEFT, {"left": left, "free": self._free(group, claim), "needs": size}
        return self._full(family, group, claim, stronger)

    def _free(self, group: int, claim: int) -> int:
        left, guests_left = int(self.outcome.left[group]), int(self.outcome.guests_left[group])
        return min(left, guests_left) if claim >= self.n else left

    def _persons(self, claims: list[int]) -> int:
        return sum(int(self.problem.size[claim % self.n]) for claim in claims)

    def _full(self, family: int, group: int, claim: int, stronger: list[int]) -> tuple[Code, Values]:
        n, problem = self.n, self.problem
        if claim >= n and not problem.guest_places[group]:
            return Code.HELD_FOR_RESIDENTS, {"free": int(self.outcome.left[group])}
        if not stronger:
            return Code.FULL_BEFORE, {"capacity": int(problem.capacity[group])}
        own = self._day(family)
        rivals = [other % n for other in stronger if (other >= n) == (claim >= n)]
        if not rivals:
            return Code.FULL_RESIDENTS, {"since": own}
        rivals = [other for other in rivals if problem.cancelled[other] == problem.cancelled[family]]
        if not rivals:
            return Code.FULL_CANCELLED, {"since": own}
        same = problem.since[rivals[-1]] == problem.since[family]
        code = Code.FULL_LOT if same else Code.FULL_LONGER_WAIT
        values: Values = {"limit": self._day(rivals[-1]), "since": own}
        return code, ({**values, "both_cancelled": 1} if problem.cancelled[family] else values)

    def _day(self, family: int) -> str:
        """Return the date, in Stockholm, at which a family was first registered."""
        return self.problem.waiting_since(family).astimezone(STOCKHOLM).date().isoformat()
