"""Asks the solver whether a market could be fuller, and how full it could be at most.

Rule: budgets are counted nodes, fewer the larger the market; the clock may only end the work early.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from booking.allocation.bound import close_bound, quick_bound
from booking.allocation.problem import Ints
from booking.allocation.search import CLOSELY, tidy
from booking.allocation.table import NOWHERE
from booking.allocation.working import Worked, improve, take_up, worked

MOST_ENTRIES = 6_000
"""Markets with more choices than this are left to the search, and get the bound alone."""

NODES_TIMES_ENTRIES, MOST_NODES = 150_000, 1_000


def prove(found: Worked, stop: Callable[[], bool]) -> tuple[Worked, int]:
    """Return the best known for a market, and a number of seats that no plan of it can exceed."""
    market = found.market
    if quick_bound(market) <= found.seats and not found.exceptions:
        return found, found.seats
    if stop() or market.group.size > MOST_ENTRIES:
        return found, max(found.seats, close_bound(market, found.at, stop=stop))
    from booking.allocation.exact import solve  # Loads the solver, which many plans do without.

    nodes = min(MOST_NODES, NODES_TIMES_ENTRIES // max(1, market.group.size))
    exact = solve(market, found.at, nodes=nodes, stop=stop)
    if not np.array_equal(exact.at, found.at):
        found = _adopted(found, exact.at, stop)
    return found, max(exact.bound, found.seats)


def _adopted(found: Worked, at: Ints, stop: Callable[[], bool]) -> Worked:
    """Return the solver's seating if it is better, in the form that moves no flexible family without need."""
    market = found.market
    taken = np.bincount(market.group[_entries(found, at)], market.size[at != NOWHERE], market.m).astype(np.int64)
    opened = market.confirmed + taken >= market.minimum
    seats = int((market.confirmed + taken)[opened].sum())
    if seats <= found.seats and not found.exceptions:
        return found
    table = take_up(market, _entries(found, at), opened)
    if table is not None:
        tidy(table)
        improve(table, stop, CLOSELY)
        tidied = worked(market, table)
        if tidied.seats >= seats:
            return tidied
    return Worked(market, at, np.asarray(opened, dtype=np.bool_), seats, ())


def _entries(found: Worked, at: Ints) -> Ints:
    return np.asarray((found.market.start[:-1] + at)[at != NOWHERE], dtype=np.int64)
