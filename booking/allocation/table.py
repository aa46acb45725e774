"""A market laid out for the inner loops: fixed columns, who sits where, and a log that takes a move back.

Families, groups and entries (choices) carry the market's numbers. Nothing in here but whole numbers, so
that the loops over it can be compiled (`speed`).
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass, fields
from typing import TypeAlias, cast

import numpy as np

from booking.allocation.market import Market
from booking.allocation.problem import Ints
from booking.allocation.speed import COMPILED

Column: TypeAlias = list[int]

NOWHERE, NEVER = -1, -2

# What stands where in the tally.
MOVE = 0  # The number of the move being tried; the log holds what it touched.
FAMILIES, GROUPS, BARS = 1, 2, 3  # How far the logs are filled.
WAITING, FREED = 4, 5  # How high the stacks stand.
CIRCLED = 6  # Whether somebody was asked no more, so that claims may be left open.
STEPS = 7  # Entries looked at since the table was made; what budgets are counted in.
BARRED = 8  # How many entries are barred.
MOVERS = 9  # How many flexible families have something to choose among.
SEATS = 10  # Persons with a seat, confirmed or placed, at the end of the last move that was kept.
EXCEPTIONS = 11  # Families that C fails, at that time.
DICE = 12  # The last number thrown.
IN_VAIN = 13  # Tries since the last that brought more.
TALLIES = 14

FAMILY_LINE, GROUP_LINE = 4, 5

FIRST_THROW = 20261122

MOST_BARS = 8
"""How many groups one move may save by a pair."""


@dataclass(slots=True)
class Table:
    """One market while it is worked.

    Fixed: the market's columns; `owner[e]` is the family of an entry; those who chose group g are the entries
    ``asked[asked_from[g]:asked_from[g + 1]]``, strongest claim first, and `place[e]` is where e stands there.

    Changing: family i asks in the order ``order[start[i]:start[i + 1]]`` (`rank[e]` counts from 0; `first[i]`
    is the entry we put first, or NOWHERE; `earlier[i]` the one an earlier plan gave it, or NEVER); `at[i]` is the
    entry it has or NOWHERE; every entry before rank
    `tried[i]` has turned it away. Group g is open, has `left` and `guests_left`, and no member beyond `last[g]`
    in `asked`. Whoever is `barred` from an entry is turned away there whatever the claim.
    """

    n: int
    m: int
    start: Column
    group: Column
    claim: Column
    owner: Column
    size: Column
    flexible: Column
    weight: Column
    free: Column
    guest_places: Column
    confirmed: Column
    minimum: Column
    asked_from: Column
    asked: Column
    place: Column
    order: Column
    rank: Column
    first: Column
    earlier: Column
    at: Column
    tried: Column
    can: Column
    open: Column
    left: Column
    guests_left: Column
    last: Column
    barred: Column
    bars: Column
    calls: Column
    called: Column
    waiting: Column
    is_waiting: Column
    freed: Column
    is_freed: Column
    family_seen: Column
    family_log: Column
    group_seen: Column
    group_log: Column
    bar_log: Column
    movers: Column
    tally: Column


_Arrays = namedtuple("_Arrays", [field.name for field in fields(Table)])  # type: ignore[misc]


def lay_out(market: Market) -> Table:
    """Return a market's table with everyone unseated and every group closed; `can` says which might start."""
    n, m, entries = market.n, market.m, market.group.size
    lengths = np.diff(market.start)
    asked = np.lexsort((market.claim, market.group))
    place = np.empty(entries, dtype=np.int64)
    place[asked] = np.arange(entries)
    asked_from = np.searchsorted(market.group[asked], np.arange(m + 1))
    columns: dict[str, int | Ints] = {
        "n": n,
        "m": m,
        **_as_given(market),
        "owner": market.owners(),
        "flexible": market.flexible.astype(np.int64),
        "weight": market.size * market.waited**2,
        "asked_from": asked_from,
        "asked": asked,
        "place": place,
        "order": np.arange(entries),
        "rank": np.arange(entries) - np.repeat(market.start[:-1], lengths),
        "left": market.free.copy(),
        "guests_left": market.guest_places.copy(),
        "last": asked_from[:-1] - 1,
        "can": market.could_start().astype(np.int64),
        "movers": np.flatnonzero(market.flexible & (lengths > 1)),
    }
    for name, length in _blank(n, m, entries).items():
        columns[name] = np.zeros(length, dtype=np.int64)
    columns["at"] = np.full(n, NOWHERE)
    columns["first"] = np.full(n, NOWHERE)
    columns["earlier"] = np.full(n, NEVER)
    tally = np.zeros(TALLIES, dtype=np.int64)
    tally[MOVERS], tally[DICE] = np.count_nonzero(market.flexible & (lengths > 1)), FIRST_THROW
    columns["tally"] = tally
    return _table(columns)


def _as_given(market: Market) -> dict[str, Ints]:
    names = ("start", "group", "claim", "size", "free", "guest_places", "confirmed", "minimum")
    return {name: getattr(market, name) for name in names}


def _blank(n: int, m: int, entries: int) -> dict[str, int]:
    """Return the columns that start as zeros, by length."""
    by_family = dict.fromkeys(("tried", "calls", "called", "waiting", "is_waiting", "family_seen"), n)
    by_group = dict.fromkeys(("open", "freed", "is_freed", "group_seen", "bars"), m)
    return {
        **by_family,
        **by_group,
        "barred": entries,
        "family_log": FAMILY_LINE * n,
        "group_log": GROUP_LINE * m,
        "bar_log": 2 * entries + 2 * MOST_BARS,
    }


def _table(columns: dict[str, int | Ints]) -> Table:
    """Return the columns as lists, or as arrays where the loops are compiled."""
    if COMPILED:
        whole = {
            name: column if isinstance(column, int) else np.ascontiguousarray(column, dtype=np.int64)
            for name, column in columns.items()
        }
        return cast(Table, _Arrays(**whole))
    return Table(**{name: column if isinstance(column, int) else column.tolist() for name, column in columns.items()})  # type: ignore[arg-type]
