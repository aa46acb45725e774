"""The part of a problem that hangs together, as flat columns.

Rule: families and groups that no choice connects cannot touch each other, so each part is worked
alone. Within a market, families and groups are numbered from 0 in the problem's own (queue) order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from booking.allocation.problem import Flags, Ints, Problem

_DAY = 86_400_000_000
_LONGEST_WAIT = 10_000


@dataclass(slots=True)
class Market:
    """Connected families and groups; nothing here changes after `markets` has made it.

    n families: `families` are their rows in the problem, `size` persons, `waited` days longer than
    the newest in the market (at most 10,000). m groups: `groups` rows, `free` places not yet
    confirmed (never below 0), `guest_places`, `confirmed` and `minimum` in persons. The choices of
    family i, best first, are the entries ``start[i]:start[i + 1]``: `group[e]` is chosen and `claim[e]`
    says how strongly (smaller is stronger, guests from `n` on), so ``claim % n`` is the family.
    """

    families: Ints
    groups: Ints
    n: int
    m: int
    start: Ints
    group: Ints
    claim: Ints
    size: Ints
    flexible: Flags
    waited: Ints
    free: Ints
    guest_places: Ints
    confirmed: Ints
    minimum: Ints

    def owners(self) -> Ints:
        """Return, for every entry, the family whose choice it is."""
        return np.repeat(np.arange(self.n), np.diff(self.start))

    def could_start(self) -> Flags:
        """Return which groups could reach their minimum if everyone who chose them came."""
        sizes = np.repeat(self.size, np.diff(self.start))
        guest = self.claim >= self.n
        residents = np.bincount(self.group[~guest], sizes[~guest], self.m).astype(np.int64)
        guests = np.bincount(self.group[guest], sizes[guest], self.m).astype(np.int64)
        most = residents + np.minimum(guests, self.guest_places)
        return np.asarray(self.confirmed + np.minimum(most, self.free) >= self.minimum, dtype=np.bool_)


def markets(problem: Problem, wanted: Flags | None = None) -> list[Market]:
    """Split a problem into the parts that hang together, in the order of their first group.

    Only parts with a `wanted` group (flags), where given.
    """
    part = _parts(problem)
    if not part.size:
        return []
    numbers = range(int(part.max()) + 1) if wanted is None else np.unique(part[wanted]).tolist()
    columns = _sorted_by_part(problem, part)
    return [_market(problem, columns, number) for number in numbers]


def _parts(problem: Problem) -> Ints:
    """Number the connected parts; return the part of every group.

    Each round gives every group the smallest label among all that its choosers chose, then lets
    labels point on to their own label, so a few rounds do for any town.
    """
    label = np.arange(len(problem.group_ids))
    some = np.flatnonzero(np.diff(problem.choice_start))
    if some.size:
        first, lengths = problem.choice_start[some], np.diff(problem.choice_start)[some]
        order = problem.by_group
        asked = np.flatnonzero(np.bincount(problem.choice, minlength=label.size))
        begin = np.searchsorted(problem.choice[order], asked)
        while True:
            lowest = np.repeat(np.minimum.reduceat(label[problem.choice], first), lengths)
            found = label.copy()
            found[asked] = np.minimum.reduceat(lowest[order], begin)
            np.minimum.at(found, label, found.copy())
            found = found[found]
            if np.array_equal(found, label):
                break
            label = found
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)


class _Columns(NamedTuple):
    """Families, groups and entries sorted by part; part k is the k-th stretch between `*_from`."""

    families: Ints
    families_from: Ints
    groups: Ints
    groups_from: Ints
    entry_start: Ints
    group: Ints
    resident: Flags


def _sorted_by_part(problem: Problem, part: Ints) -> _Columns:
    every = np.arange(int(part.max()) + 2)
    lengths = np.diff(problem.choice_start)
    some = np.flatnonzero(lengths)
    family_part = part[problem.choice[problem.choice_start[some]]]
    by_part = np.argsort(family_part, kind="stable")
    families, groups = some[by_part], np.argsort(part, kind="stable")
    groups_from = np.searchsorted(part[groups], every)
    within = np.empty(part.size, dtype=np.int64)
    within[groups] = np.arange(part.size) - groups_from[part[groups]]
    entry_start = np.concatenate(([0], np.cumsum(lengths[families])))
    entries = np.repeat(problem.choice_start[families] - entry_start[:-1], lengths[families])
    entries += np.arange(entries.size)
    return _Columns(
        families=families,
        families_from=np.searchsorted(family_part[by_part], every),
        groups=groups,
        groups_from=groups_from,
        entry_start=entry_start,
        group=within[problem.choice[entries]],
        resident=problem.claims[entries] < len(problem.family_ids),
    )


def _market(problem: Problem, columns: _Columns, number: int) -> Market:
    first, end = columns.families_from[number : number + 2].tolist()
    families = columns.families[first:end]
    groups = columns.groups[columns.groups_from[number] : columns.groups_from[number + 1]]
    begin, stop = int(columns.entry_start[first]), int(columns.entry_start[end])
    start = columns.entry_start[first : end + 1] - begin
    since = problem.since[families]
    newest = since.max() if since.size else 0
    n = end - first
    owners = np.repeat(np.arange(n), np.diff(start))
    return Market(
        families=families,
        groups=groups,
        n=n,
        m=groups.size,
        start=start,
        group=columns.group[begin:stop],
        claim=np.where(columns.resident[begin:stop], owners, owners + n),
        size=problem.size[families],
        flexible=problem.flexible[families],
        waited=np.minimum((newest - since) // _DAY, _LONGEST_WAIT),
        free=(problem.capacity[groups] - problem.confirmed[groups]).clip(min=0),
        guest_places=problem.guest_places[groups],
        confirmed=problem.confirmed[groups],
        minimum=problem.minimum[groups],
    )
