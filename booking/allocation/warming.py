"""Starts from an earlier plan: what nothing has happened to stays, and the rest changes no more than it must.

Rule: an earlier place is kept wherever no plan with more seats is found and no claim is against it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from booking.allocation.market import Market
from booking.allocation.outcome import NOWHERE, Outcome
from booking.allocation.plan import Before
from booking.allocation.problem import Flags, Ints, Problem
from booking.allocation.search import FAITHFULLY, FREELY, STRICTLY, go_back, tidy
from booking.allocation.settled import unsettled
from booking.allocation.table import NEVER, SEATS, STEPS, Table
from booking.allocation.working import Worked, as_column, first_table, improve, look, take_up, work, worked

AFTER_AN_ANSWER = 2_000
"""Steps of the search where only a part is planned again."""

FEW_SEATS = 4
"""So many seats may be lost by an answer before everything is seated anew to see whether that is better."""


class Earlier:
    """An earlier plan in the rows of a problem: `at` entries of `choice` or NOWHERE, `started` flags of groups."""

    def __init__(self, problem: Problem, before: Before) -> None:
        self.problem, self.before = problem, before
        self.started = np.zeros(len(problem.group_ids), dtype=np.bool_)
        self.started[_rows(problem.group_rows, before.started)] = True
        self.started |= problem.confirmed >= problem.minimum
        self.at = self._places()
        self.outcome = Outcome(problem, self.at, self.started)

    def _places(self) -> Ints:
        problem, placed = self.problem, self.before.placements
        rows, groups = problem.family_rows, problem.group_rows
        known = [(rows[f], groups[g]) for f, g in placed.items() if f in rows and g in groups]
        wanted = np.full(len(problem.family_ids), -1, dtype=np.int64)
        if known:
            families, where = np.array(known, dtype=np.int64).T
            wanted[families] = where
        owner = np.repeat(np.arange(wanted.size), np.diff(problem.choice_start))
        entries = np.flatnonzero(problem.choice == wanted[owner])
        entries = entries[self.started[problem.choice[entries]]]
        at = np.full(wanted.size, NOWHERE, dtype=np.int64)
        at[owner[entries]] = entries
        return at

    def to_work(self) -> Flags:
        """Return the groups (flags) that must be planned again: touched ones, and those where something is open."""
        if self.before.touched is None:
            return np.ones(len(self.problem.group_ids), dtype=np.bool_)
        found = unsettled(self.outcome)
        found[_rows(self.problem.group_rows, self.before.touched)] = True
        return found

    def in_market(self, market: Market) -> tuple[Ints, Flags]:
        """Return the entries of a market that families had, and which of its groups were to start."""
        at = self.at[market.families]
        had = (at - self.problem.choice_start[market.families] + market.start[:-1])[at != NOWHERE]
        return had, self.started[market.groups]

    def seats(self, market: Market) -> int:
        """Return how many seats the earlier plan had in a market, were all of it still possible."""
        return int(self.outcome.taken[market.groups][self.started[market.groups]].sum())

    def rework(self, market: Market, stop: Callable[[], bool], *, fast: bool) -> Worked:
        """Plan a market again from where it was."""
        if self.before.touched is None:
            table = take_up(market, *self.in_market(market))
            return _prefer_earlier(market, table, self.seats(market), stop, fast=fast)
        table = take_up(market, *self.in_market(market))
        if table is None or table.tally[SEATS] < self.seats(market) - FEW_SEATS:
            return _prefer_earlier(market, table, self.seats(market), stop, fast=fast)
        look(table, int(table.tally[STEPS]) + AFTER_AN_ANSWER, STRICTLY, stop)
        if _has_changed(table, self.seats(market)):
            tidy(table)
        return worked(market, table)


def _prefer_earlier(market: Market, table: Table | None, seats: int, stop: Callable[[], bool], *, fast: bool) -> Worked:
    """Return the earlier seating, bettered with as few changes as can be; another only if it has more seats."""
    cold = first_table(market)
    if table is None or table.tally[SEATS] < cold.tally[SEATS]:
        return work(market, stop, fast=fast)
    if fast:
        return worked(market, table)
    opened = list(table.open)
    improve(table, stop, FAITHFULLY)
    if _has_changed(table, seats):
        tidy(table)
    kept = worked(market, table)
    improve(table, stop, FREELY)
    if table.tally[SEATS] <= kept.seats and not kept.exceptions:
        return kept
    go_back(table, as_column(np.array(opened, dtype=np.int64)))
    improve(table, stop, FAITHFULLY)
    tidy(table)
    return worked(market, table)


def _has_changed(table: Table, seats: int) -> bool:
    """Whether there are other seats than before, or anyone is elsewhere; some may then go back to their own order."""
    at, earlier = np.asarray(table.at), np.asarray(table.earlier)
    return bool(table.tally[SEATS] != seats or ((earlier != NEVER) & (at != earlier)).any())


def _rows(rows: dict[str, int], names: frozenset[str]) -> list[int]:
    return [rows[name] for name in names if name in rows]
