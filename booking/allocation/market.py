"""The part of a problem that hangs together, as plain lists that loops read fast.

Rule: families and groups that no choice connects cannot touch each other, so each part is worked
alone. Within a market, families and groups are numbered from 0 in the problem's own (queue) order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from booking.allocation.policy import claim
from booking.allocation.problem import Problem


@dataclass(slots=True)
class Market:
    """Connected families and groups; nothing here changes after `markets` has made it.

    `claims[i][p]` is family i's claim to its choice p (smaller is stronger, guests from `n` on), so
    ``claim % n`` is the family; `choosers[g]` lists (claim, p) of all who chose g, strongest first;
    `free` are places not yet confirmed, never below 0.
    """

    families: list[int]
    groups: list[int]
    n: int
    size: list[int] = field(default_factory=list)
    flexible: list[bool] = field(default_factory=list)
    choices: list[list[int]] = field(default_factory=list)
    claims: list[list[int]] = field(default_factory=list)
    choosers: list[list[tuple[int, int]]] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
    guest_places: list[int] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    minimum: list[int] = field(default_factory=list)

    def starts_anyway(self, group: int) -> bool:
        """Whether the group starts with those it already has."""
        return self.confirmed[group] >= self.minimum[group]

    def could_start(self, group: int) -> bool:
        """Whether the group could reach its minimum if everyone who chose it came."""
        residents = sum(self.size[c] for c, _ in self.choosers[group] if c < self.n)
        guests = sum(self.size[c % self.n] for c, _ in self.choosers[group] if c >= self.n)
        most = residents + min(guests, self.guest_places[group])
        return self.confirmed[group] + min(most, self.free[group]) >= self.minimum[group]


def markets(problem: Problem) -> list[Market]:
    """Split a problem into the parts that hang together, in the order of their first group."""
    start, choice = problem.choice_start.tolist(), problem.choice.tolist()
    roots = _roots(len(problem.group_ids), start, choice)
    parts: dict[int, tuple[list[int], list[int]]] = {}
    for group, root in enumerate(roots):
        parts.setdefault(root, ([], []))[1].append(group)
    for family in range(len(problem.family_ids)):
        if start[family] < start[family + 1]:
            parts[roots[choice[start[family]]]][0].append(family)
    numbers = _Numbers(problem, start, choice)
    return [_market(numbers, families, groups) for families, groups in parts.values()]


def _roots(groups: int, start: list[int], choice: list[int]) -> list[int]:
    parent = list(range(groups))

    def find(group: int) -> int:
        while parent[group] != group:
            parent[group] = parent[parent[group]]
            group = parent[group]
        return group

    for first, end in zip(start, start[1:], strict=False):
        for entry in range(first + 1, end):
            one, other = find(choice[first]), find(choice[entry])
            parent[max(one, other)] = min(one, other)
    return [find(group) for group in range(groups)]


class _Numbers:
    """The problem's columns as lists; reading single entries of an array is slow."""

    def __init__(self, problem: Problem, start: list[int], choice: list[int]) -> None:
        self.start, self.choice = start, choice
        self.resident: list[bool] = problem.residents().tolist()
        self.size: list[int] = problem.size.tolist()
        self.flexible: list[bool] = problem.flexible.tolist()
        self.free: list[int] = (problem.capacity - problem.confirmed).clip(min=0).tolist()
        self.guest_places: list[int] = problem.guest_places.tolist()
        self.confirmed: list[int] = problem.confirmed.tolist()
        self.minimum: list[int] = problem.minimum.tolist()


def _market(numbers: _Numbers, families: list[int], groups: list[int]) -> Market:
    market = Market(families, groups, len(families))
    local = {group: index for index, group in enumerate(groups)}
    market.choosers = [[] for _ in groups]
    for index, family in enumerate(families):
        entries = range(numbers.start[family], numbers.start[family + 1])
        market.size.append(numbers.size[family])
        market.flexible.append(numbers.flexible[family])
        market.choices.append([local[numbers.choice[e]] for e in entries])
        market.claims.append([claim(index, market.n, resident=numbers.resident[e]) for e in entries])
        for position, (group, strength) in enumerate(zip(market.choices[-1], market.claims[-1], strict=True)):
            market.choosers[group].append((strength, position))
    for choosers in market.choosers:
        choosers.sort()
    market.free = [numbers.free[g] for g in groups]
    market.guest_places = [numbers.guest_places[g] for g in groups]
    market.confirmed = [numbers.confirmed[g] for g in groups]
    market.minimum = [numbers.minimum[g] for g in groups]
    return market
