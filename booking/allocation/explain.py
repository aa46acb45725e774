"""Finds the reason for every family, placed or not, from what the seating shows.

Rule: a reason is read off the finished seating, never off the way there, so that anyone who sees the
plan can check it. The group spoken of is the best liked one that starts, else the best liked.
"""

from __future__ import annotations

from bisect import bisect_left
from zoneinfo import ZoneInfo

from booking.allocation.acceptance import NOWHERE, Seating
from booking.allocation.closing import takers
from booking.allocation.problem import Problem
from booking.allocation.reasons import Code, Reason
from booking.allocation.repair import passed_over

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def explain(problem: Problem, seatings: list[Seating]) -> dict[str, Reason]:
    """Return a reason for every family of the problem, in queue order."""
    found: dict[int, Reason] = {}
    for seating in seatings:
        found.update(_Explainer(problem, seating).all())
    nothing = Reason(Code.NO_CHOICES, None, {})
    return {family: found.get(row, nothing) for row, family in enumerate(problem.family_ids)}


class _Explainer:
    """Explains one market; families and groups are the market's own numbers."""

    def __init__(self, problem: Problem, seating: Seating) -> None:
        self.problem, self.seating, self.market = problem, seating, seating.market
        self.since: list[int] = problem.since[self.market.families].tolist()
        self.cancelled: list[bool] = problem.cancelled[self.market.families].tolist()
        self.passed = [self._passed(group) for group in range(len(self.market.groups))]

    def all(self) -> dict[int, Reason]:
        """Return the reasons by row of the problem."""
        return {row: self._reason(family) for family, row in enumerate(self.market.families)}

    def _passed(self, group: int) -> list[int]:
        """Return the claims, strongest first, of those who would rather be in this group."""
        n, at = self.market.n, self.seating.at
        if not self.seating.open[group]:
            return []
        return [c for c, p in self.market.choosers[group] if at[c % n] == NOWHERE or p < at[c % n]]

    def _reason(self, family: int) -> Reason:
        choices, at = self.market.choices[family], self.seating.at[family]
        if at != NOWHERE:
            code, values = self._placed(family, at)
            return self._about(choices[at], code, values)
        for position, group in enumerate(choices):
            if self.seating.open[group]:
                code, values = self._turned_away(family, position)
                return self._about(group, code, values)
        had, needs = takers(self.seating, choices[0]), self.market.minimum[choices[0]]
        code = Code.TOO_FEW if had < needs else Code.KEPT_CLOSED
        return self._about(choices[0], code, {"had": had, "needs": needs})

    def _about(self, group: int, code: Code, values: dict[str, int | str]) -> Reason:
        return Reason(code, self.problem.group_ids[self.market.groups[group]], values)

    def _placed(self, family: int, at: int) -> tuple[Code, dict[str, int | str]]:
        group, claim = self.market.choices[family][at], self.market.claims[family][at]
        values: dict[str, int | str] = {"choice": at + 1, "since": self._day(family)}
        if self.market.flexible[family] and passed_over(self.seating, family):
            return Code.PLACED_FLEXIBLE, values
        passed = self.passed[group]
        ahead = {self.market.size[other % self.market.n] for other in passed if other < claim}
        if self.market.size[family] == 1 and 2 in ahead:
            return Code.PLACED_SINGLE, values
        minimum = self.market.minimum[group]
        if self.market.size[family] == 2 and 1 in ahead and self.seating.taken(group) == minimum:
            return Code.PLACED_TO_START, {**values, "minimum": minimum}
        if self.cancelled[family] and self._went_ahead(claim, passed):
            return Code.PLACED_CANCELLED, values
        return (Code.PLACED_GUEST if claim >= self.market.n else Code.PLACED_RESIDENT), values

    def _went_ahead(self, claim: int, passed: list[int]) -> bool:
        """Whether someone of the same district class has waited longer and yet goes without."""
        n = self.market.n
        return any(self.since[other % n] < self.since[claim % n] for other in passed if (other >= n) == (claim >= n))

    def _turned_away(self, family: int, position: int) -> tuple[Code, dict[str, int | str]]:
        """Say why an unplaced family is not in this group, which starts."""
        market, seating = self.market, self.seating
        group, claim = market.choices[family][position], market.claims[family][position]
        members, size = seating.members[group], market.size[family]
        stronger = members[: bisect_left(members, claim)]
        left = market.free[group] - self._persons(stronger)
        if claim >= market.n:
            guests = [other for other in stronger if other >= market.n]
            left = min(left, market.guest_places[group] - self._persons(guests))
        if left >= size:
            return Code.PAIR_NEEDED, {"minimum": market.minimum[group]}
        if left == 1:
            return Code.PAIR_ONE_LEFT, {"left": left, "free": self._free(group, claim), "needs": size}
        return self._full(family, group, claim, stronger)

    def _free(self, group: int, claim: int) -> int:
        left, guests_left = self.seating.left[group], self.seating.guests_left[group]
        return min(left, guests_left) if claim >= self.market.n else left

    def _persons(self, claims: list[int]) -> int:
        return sum(self.market.size[claim % self.market.n] for claim in claims)

    def _full(self, family: int, group: int, claim: int, stronger: list[int]) -> tuple[Code, dict[str, int | str]]:
        n = self.market.n
        if claim >= n and not self.market.guest_places[group]:
            return Code.HELD_FOR_RESIDENTS, {"free": self.seating.left[group]}
        if not stronger:
            capacity = int(self.problem.capacity[self.market.groups[group]])
            return Code.FULL_BEFORE, {"capacity": capacity}
        own = self._day(family)
        rivals = [other % n for other in stronger if (other >= n) == (claim >= n)]
        if not rivals:
            return Code.FULL_RESIDENTS, {"since": own}
        rivals = [other for other in rivals if self.cancelled[other] == self.cancelled[family]]
        if not rivals:
            return Code.FULL_CANCELLED, {"since": own}
        same = self.since[rivals[-1]] == self.since[family]
        code = Code.FULL_LOT if same else Code.FULL_LONGER_WAIT
        return code, {"limit": self._day(rivals[-1]), "since": own}

    def _day(self, family: int) -> str:
        """Return the date, in Stockholm, at which a family was first registered."""
        since = self.problem.waiting_since(self.market.families[family])
        return since.astimezone(STOCKHOLM).date().isoformat()
