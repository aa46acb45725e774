"""Whatever the search tries can be taken back, and what it keeps leaves no claim open."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.allocation.market import Market, markets
from booking.allocation.moves import begin, finish, undo
from booking.allocation.problem import Problem
from booking.allocation.search import FREELY, judge, search, try_something
from booking.allocation.seating import seats
from booking.allocation.table import DICE, EXCEPTIONS, SEATS, STEPS, Table
from booking.allocation.working import first_table, take_up
from tests.unit.allocation.towns import Rows, family, group, towns

few = settings(max_examples=30, deadline=None, derandomize=True)


def parts(rows: Rows) -> list[Market]:
    return markets(Problem.build(*rows, 7))


def state(table: Table) -> list[list[int]]:
    """Return all that a move may change and must restore."""
    columns = (table.at, table.tried, table.first, table.order, table.rank, table.open, table.left, table.guests_left)
    return [list(column) for column in (*columns, table.barred)]


@few
@given(towns(most_groups=4, most_families=12), st.integers(1, 10**6))
def test_a_try_that_is_taken_back_leaves_no_trace(rows: Rows, dice: int) -> None:
    for market in parts(rows):
        table = first_table(market)
        table.tally[DICE] = dice
        before = state(table)
        begin(table)
        if try_something(table):
            finish(table, True)
        undo(table)
        assert state(table) == before


@few
@given(towns(most_groups=4, most_families=12), st.integers(1, 10**6))
def test_the_search_counts_its_seats_rightly_and_never_loses_any(rows: Rows, dice: int) -> None:
    for market in parts(rows):
        table = first_table(market)
        table.tally[DICE] = dice
        first, exceptions = table.tally[SEATS], table.tally[EXCEPTIONS]
        search(table, table.tally[STEPS] + 3_000, FREELY)
        assert table.tally[SEATS] == seats(table)
        assert table.tally[EXCEPTIONS] <= exceptions
        assert exceptions or table.tally[SEATS] >= first


@few
@given(towns(most_groups=4, most_families=12))
def test_a_seating_that_is_taken_up_again_is_left_as_it_is(rows: Rows) -> None:
    for market in parts(rows):
        table = first_table(market)
        if table.tally[EXCEPTIONS]:
            continue
        at = np.array(table.at, dtype=np.int64)
        again = take_up(market, at[at >= 0], np.array(table.open, dtype=np.bool_))
        assert again is not None
        assert list(again.at) == list(table.at)


def test_a_budget_ends_the_search() -> None:
    groups = [group(f"g{n}", capacity=3, minimum=2, districts=("*",)) for n in range(6)]
    families = [family(f"f{n}", *(f"g{(n + k) % 6}" for k in range(4)), days=n, flexible=True) for n in range(20)]
    table = first_table(parts((groups, families))[0])
    begun = table.tally[STEPS]
    assert search(table, begun + 500, FREELY)
    assert table.tally[STEPS] < begun + 5_000


def test_what_is_worse_is_not_kept() -> None:
    table = first_table(parts(([group(capacity=2, minimum=1)], [family("Amina", "farsta")]))[0])
    begin(table)
    table.open[0] = 1
    finish(table, True)
    judge(table, FREELY)
    assert (table.tally[SEATS], seats(table)) == (1, 1)
