"""A first seating of everyone, what a table comes to, and by how much a move has changed it."""

from __future__ import annotations

from booking.allocation.asking import touch_group
from booking.allocation.claims import exceptions, repair
from booking.allocation.moves import begin, finish, put_first
from booking.allocation.speed import compiled
from booking.allocation.table import (
    CIRCLED,
    EXCEPTIONS,
    FAMILIES,
    FAMILY_LINE,
    GROUP_LINE,
    GROUPS,
    NEVER,
    NOWHERE,
    SEATS,
    WAITING,
    Table,
)


@compiled
def seat_everyone(t: Table) -> None:
    """Let everyone ask from the start in the groups that are open.

    The table must be as `lay_out` made it, but for what is open and who has which choice first.
    """
    begin(t)
    for g in range(t.m):
        touch_group(t, g)
    for i in range(t.n - 1, -1, -1):
        t.waiting[i] = t.n - 1 - i
        t.is_waiting[i] = 1
    t.tally[WAITING] = t.n
    finish(t, False)
    if t.tally[CIRCLED]:
        repair(t)
        t.tally[EXCEPTIONS] = exceptions(t)
    t.tally[SEATS] = seats(t)


@compiled
def promote(t: Table) -> None:
    """Order every family's choices by what `first` says."""
    for i in range(t.n):
        if t.first[i] != NOWHERE:
            put_first(t, i, t.first[i])


@compiled
def seats(t: Table) -> int:
    """Return the persons, confirmed and placed, in groups that are open."""
    found = 0
    for g in range(t.m):
        if t.open[g]:
            found += t.confirmed[g] + t.free[g] - t.left[g]
    return found


@compiled
def gained(t: Table) -> int:
    """Return how many more persons have seats than before the move."""
    found = 0
    for k in range(0, t.tally[FAMILIES], FAMILY_LINE):
        i = t.family_log[k]
        if t.at[i] != NOWHERE:
            found += t.size[i]
        if t.family_log[k + 1] != NOWHERE:
            found -= t.size[i]
    for k in range(0, t.tally[GROUPS], GROUP_LINE):
        g = t.group_log[k]
        found += (t.open[g] - t.group_log[k + 1]) * t.confirmed[g]
    return found


@compiled
def put_out(t: Table) -> int:
    """Return how much more waiting, weighed, is left without a place than before the move."""
    found = 0
    for k in range(0, t.tally[FAMILIES], FAMILY_LINE):
        i = t.family_log[k]
        if t.at[i] == NOWHERE:
            found += t.weight[i]
        if t.family_log[k + 1] == NOWHERE:
            found -= t.weight[i]
    return found


@compiled
def worse_liked(t: Table) -> int:
    """Return by how many choices, of their own order, the placed have moved down in the move."""
    found = 0
    for k in range(0, t.tally[FAMILIES], FAMILY_LINE):
        i = t.family_log[k]
        if t.at[i] != NOWHERE:
            found += t.at[i] - t.start[i]
        if t.family_log[k + 1] != NOWHERE:
            found -= t.family_log[k + 1] - t.start[i]
    return found


@compiled
def strayed(t: Table) -> int:
    """Return how many more families are elsewhere than an earlier plan had them, than before the move."""
    found = 0
    for k in range(0, t.tally[FAMILIES], FAMILY_LINE):
        i = t.family_log[k]
        if t.earlier[i] != NEVER:
            found += (t.at[i] != t.earlier[i]) - (t.family_log[k + 1] != t.earlier[i])
    return found
