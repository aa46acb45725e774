"""An independent check that a plan keeps every hard rule; run on every plan before any offer.

Rule: nothing here is shared with the engine or with `policy`; the claim order, the lot and the counts
are worked out again from the problem's columns. An empty list of breaches means: may be offered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from booking.allocation.hall import Flags, Hall, Ints, Wishes
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.allocation.reasons import Code

_PLACING = {code: code.placed for code in Code}


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
    """Return every breach found, in about O(choices x log places)."""
    unknown = list(_unknown(problem, plan))
    if unknown:
        return unknown
    check = _Check(problem, plan)
    return [*check.places(), *check.starts(), *check.claims(), *check.singles(), *check.sums(), *check.reasons()]


def _unknown(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Names that are not in the problem, or that are listed twice."""
    groups = set(problem.group_ids)
    known = sum(name in plan.placements for name in problem.family_ids)
    families = set(problem.family_ids) if known < len(plan.placements) or plan.exceptions else set()
    for family, group in plan.placements.items():
        if group not in groups or (families and family not in families):
            yield Breach("H1", family, group, "the family or the group is not in the problem")
    for rule, names, there in (("H2", plan.started, groups), ("sums", plan.kept_closed, groups)):
        yield from (Breach(rule, None, name, sentence) for name, sentence in _strange(names, there, "a group"))
    for name, sentence in _strange(plan.exceptions, families, "an exception"):
        yield Breach("C", name, None, sentence)


def _strange(names: tuple[str, ...], there: Collection[str], what: str) -> Iterator[tuple[str, str]]:
    for name, times in Counter(names).items():
        if name not in there:
            yield name, f"{what} is not in the problem"
        elif times > 1:
            yield name, f"{what} is listed twice"


class _Check:
    """The rules, one by one, over the whole hall at once."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan, self.hall = problem, plan, Hall(problem, plan)
        self.used = np.bincount(self.hall.members.group, minlength=self.hall.m) > 0

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
        hall = self.hall
        for family in np.flatnonzero((hall.at >= 0) & (hall.own == self.problem.choice_start[1:])).tolist():
            yield self.breach("H1", family, int(hall.at[family]), "placed in a group it did not choose")
        for group in np.flatnonzero(self.used & (hall.left < 0)).tolist():
            yield self.breach("H1", None, group, f"{-hall.left[group]} more persons than places")
        for group in np.flatnonzero(self.used & (hall.guests_left < 0)).tolist():
            yield self.breach("H1", None, group, f"{-hall.guests_left[group]} more guests than guest places")

    def starts(self) -> Iterator[Breach]:
        """H2: exactly the groups that reach their minimum start, and nobody is placed in another."""
        hall, minimum = self.hall, self.problem.minimum
        enough = hall.total >= minimum
        for group in np.flatnonzero(hall.started & ~enough).tolist():
            yield self.breach("H2", None, group, f"starts with {hall.total[group]} of {minimum[group]}")
        for group in np.flatnonzero(~hall.started & (self.used | enough)).tolist():
            yield self.breach("H2", None, group, f"does not start, though it has {hall.total[group]} persons")

    def claims(self) -> Iterator[Breach]:
        """H3 and H4 for the unplaced; C for the placed who did not tick flexible."""
        listed = set(self.plan.exceptions)
        excepted = np.fromiter((name in listed for name in self.problem.family_ids), np.bool_, self.hall.n)
        passed = np.zeros(self.hall.n, dtype=np.bool_)
        for entries, wishes in self.hall.slabs():
            yield from self._unmet(wishes)
            first = self._passed_over(entries, wishes)
            passed[first.family] = True
            for family, group in zip(first.family.tolist(), first.group.tolist(), strict=True):
                if not excepted[family]:
                    yield self.breach("C", family, group, "has a claim to a group it likes better")
        for family in np.flatnonzero(excepted & ~passed).tolist():
            yield self.breach("C", family, None, "is listed as an exception and is none")

    def _unmet(self, wishes: Wishes) -> Iterator[Breach]:
        """What the unplaced could have had in groups that start."""
        asked = wishes.only((self.hall.at[wishes.family] < 0) & self.hall.started[wishes.group])
        room = self.hall.lacks(asked) <= 0
        for family, group in _pairs(asked, room):
            yield self.breach("H4", family, group, "is unplaced though there is room")
        for family, group in _pairs(asked, ~room & self.hall.has_claim(asked)):
            yield self.breach("H3", family, group, "is unplaced behind weaker claims")

    def _passed_over(self, entries: Ints, wishes: Wishes) -> Wishes:
        """Return, for each placed family that C speaks of, the first better liked group it should have had."""
        hall, end = self.hall, self.problem.choice_start[1:]
        bound = (hall.at >= 0) & ~self.problem.flexible & (hall.own < end)
        better = bound[wishes.family] & (entries < hall.own[wishes.family]) & hall.started[wishes.group]
        asked = wishes.only(better)
        owed = asked.only((hall.lacks(asked) <= 0) | hall.has_claim(asked))
        return owed.only(np.unique(owed.family, return_index=True)[1])

    def singles(self) -> Iterator[Breach]:
        """H3, its second clause: two unplaced singles, the stronger before a pair, fit in its place."""
        hall, never = self.hall, 2 * self.hall.n
        residents, guests = np.zeros(hall.m, dtype=np.int64), np.zeros(hall.m, dtype=np.int64)
        strongest, strongest_guest = np.full(hall.m, never), np.full(hall.m, never)
        for _, wishes in hall.slabs():
            single = (hall.at[wishes.family] < 0) & (self.problem.size[wishes.family] == 1)
            for counts, best, asked in ((residents, strongest, wishes.only(single & ~wishes.guest)),
                                        (guests, strongest_guest, wishes.only(single & wishes.guest))):  # fmt: skip
                counts += np.bincount(asked.group, minlength=hall.m)
                np.minimum.at(best, asked.group, asked.claim)
        pairs = hall.members.only((self.problem.size[hall.members.family] == 2) & hall.started[hall.members.group])
        at, own = pairs.group, pairs.claim
        guest_places = hall.guests_left[at] + 2 * pairs.guest
        two = residents[at] + np.minimum(guests[at], guest_places.clip(min=0)) >= 2
        ahead = (strongest[at] < own) | ((strongest_guest[at] < own) & (guest_places > 0))
        for family, group in _pairs(pairs, two & ahead & (hall.left[at] >= 0)):
            yield self.breach("H3", family, group, "two singles fit in the place of this pair")

    def sums(self) -> Iterator[Breach]:
        """The figures of the plan agree with its places."""
        plan, seats = self.plan, int(self.hall.total[self.hall.started].sum())
        if seats != plan.seats:
            yield Breach("sums", None, None, f"says {plan.seats} seats and has {seats}")
        if plan.bound < seats:
            yield Breach("sums", None, None, f"has {seats} seats, more than its bound {plan.bound}")
        if plan.proven and (plan.bound != seats or plan.exceptions):
            yield Breach("sums", None, None, "is called proven and is not")
        for name in plan.kept_closed:
            if self.hall.started[self.hall.group_rows[name]]:
                yield Breach("sums", None, name, "is listed as kept closed and starts")

    def reasons(self) -> Iterator[Breach]:
        """Everyone, and nobody else, has a reason that agrees with its place and speaks of a group it chose."""
        reasons, placements = self.plan.reasons, self.plan.placements
        spoken = np.full(self.hall.n, -1, dtype=np.int64)
        for row, name in enumerate(self.problem.family_ids):
            reason, place = reasons.get(name), placements.get(name)
            if reason is None or _PLACING[reason.code] != (place is not None):
                yield self.breach("sums", row, None, "has no reason, or one that is not its own")
            elif place is not None and reason.group != place:
                yield Breach("sums", name, reason.group, "has a reason that speaks of another group")
            elif reason.group is not None:
                spoken[row] = self.hall.group_rows.get(reason.group, self.hall.m)
        if len(reasons) != self.hall.n:
            yield Breach("sums", None, None, f"has {len(reasons)} reasons for {self.hall.n} families")
        yield from self._strange_groups(spoken)

    def _strange_groups(self, spoken: Ints) -> Iterator[Breach]:
        """What an unplaced family is told, of a group it did not choose."""
        for _, wishes in self.hall.slabs():
            spoken[wishes.family[wishes.group == spoken[wishes.family]]] = -1
        for row in np.flatnonzero((spoken >= 0) & (self.hall.at < 0)).tolist():
            yield self.breach("sums", row, None, "has a reason that speaks of a group it did not choose")


def _pairs(wishes: Wishes, found: Flags) -> Iterator[tuple[int, int]]:
    """Yield family and group where it is true."""
    yield from zip(wishes.family[found].tolist(), wishes.group[found].tolist(), strict=True)
