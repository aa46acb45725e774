"""Works one market: a first seating, then the search within its budget, then a last one that leaves no trace.

Rule: budgets are counted steps, so that the same market always ends the same; the clock may only end the
search early.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np

from booking.allocation.claims import passed_over
from booking.allocation.market import Market
from booking.allocation.problem import Flags, Ints
from booking.allocation.resuming import resume
from booking.allocation.search import CLOSELY, FREELY, search, tidy
from booking.allocation.seating import promote, seat_everyone
from booking.allocation.speed import COMPILED
from booking.allocation.table import EXCEPTIONS, IN_VAIN, NOWHERE, SEATS, STEPS, Column, Table, lay_out

STEPS_PER_FAMILY = 10_000
"""How far the search may go; it ends long before where patience runs out."""

AT_A_TIME = 400_000 if COMPILED else 20_000
"""Steps between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What a market came to: `at` is each family's choice, counted from 0, or NOWHERE, `opened` the groups that start.

    `seats` are confirmed plus placed persons there; `exceptions` the families (numbers) that C fails.
    """

    market: Market
    at: Ints
    opened: Flags
    seats: int
    exceptions: tuple[int, ...]


def work(market: Market, stop: Callable[[], bool], *, fast: bool, table: Table | None = None) -> Worked:
    """Return the best that is found for a market, from a table or the first seating, with which `fast` is content."""
    table = first_table(market) if table is None else table
    if not fast:
        improve(table, stop, FREELY)
        tidy(table)
        improve(table, stop, CLOSELY)
        table = anew(market, table)
    return worked(market, table)


def first_table(market: Market, opened: Flags | None = None, first: Ints | None = None) -> Table:
    """Seat everyone with these groups open (else all that could start) and these entries put first."""
    table = lay_out(market)
    fill(table.open, market.could_start() if opened is None else opened & market.could_start())
    if first is not None:
        fill(table.first, first)
        promote(table)
    seat_everyone(table)
    return table


def take_up(market: Market, had: Ints, opened: Flags) -> Table | None:
    """Seat families at the entries they had, as far as that is still right; None when claims would be left open."""
    table = lay_out(market)
    fill(table.open, opened & market.could_start())
    in_order = had[np.lexsort((market.claim[had], market.group[had]))]
    return table if resume(table, as_column(in_order)) else None


def improve(table: Table, stop: Callable[[], bool], how: int) -> None:
    """Search within the budget, a fifth of it where as many seats are not enough."""
    steps = STEPS_PER_FAMILY * table.n
    table.tally[IN_VAIN] = 0
    look(table, int(table.tally[STEPS]) + (steps if how == FREELY else steps // 5), how, stop)


def look(table: Table, until: int, how: int, stop: Callable[[], bool]) -> None:
    """Search until so many steps were made in all, with an eye on the clock."""
    while table.tally[STEPS] < until and not stop():
        if not search(table, min(int(table.tally[STEPS]) + AT_A_TIME, until), how):
            return


def anew(market: Market, table: Table) -> Table:
    """Seat everyone anew with the groups and the orders found, so that the way there leaves no trace."""
    again = first_table(market, column(table.open).astype(np.bool_), column(table.first))
    same = again.tally[SEATS] >= table.tally[SEATS] and again.tally[EXCEPTIONS] <= table.tally[EXCEPTIONS]
    return again if same else table


def worked(market: Market, table: Table) -> Worked:
    """Return what a table has come to."""
    excepted: tuple[int, ...] = ()
    if table.tally[EXCEPTIONS]:
        sitting = (i for i in range(table.n) if table.at[i] != NOWHERE and not table.flexible[i])
        excepted = tuple(i for i in sitting if passed_over(table, i))
    opened = column(table.open).astype(np.bool_)
    at = column(table.at)
    at[at != NOWHERE] -= market.start[:-1][at != NOWHERE]
    return Worked(market, at, opened, int(table.tally[SEATS]), excepted)


def column(values: Column) -> Ints:
    """Return a table's column as an array."""
    return np.array(values, dtype=np.int64)


def as_column(values: Ints | Flags) -> Column:
    """Return an array as a column for the inner loops."""
    whole = np.ascontiguousarray(values, dtype=np.int64)
    return cast(Column, whole) if COMPILED else whole.tolist()


def fill(values: Column, given: Ints | Flags) -> None:
    """Write an array into a table's column."""
    values[:] = as_column(given)
