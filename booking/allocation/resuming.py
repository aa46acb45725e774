"""Takes up an earlier seating: everyone sits where they sat, as far as that is still right, and asks from there.

Rule: those who no longer fit where they sat, weakest claim first, ask on; whoever has a claim that is open
is called. What nobody has a claim to change stays as it was.
"""

from __future__ import annotations

from booking.allocation.asking import free, sit, touch_group
from booking.allocation.claims import could_replace, exceptions, has_claim, left_open
from booking.allocation.moves import begin, finish, put_first, set_bar, taken
from booking.allocation.seating import seats
from booking.allocation.speed import compiled
from booking.allocation.table import BARRED, CIRCLED, NEVER, SEATS, WAITING, Column, Table


@compiled
def resume(t: Table, had: Column) -> bool:
    """Seat families at these entries, strongest claim of each group first, and let everyone ask from there.

    The table must be as `lay_out` made it, but for what is open. False when a claim is left open.
    """
    begin(t)
    for i in range(t.n):
        t.tried[i] = t.start[i + 1] - t.start[i]
    for e in had:
        _sit_again(t, e)
    for g in range(t.m):
        touch_group(t, g)
        if t.open[g]:
            _look_for_claims(t, g)
    finish(t, True)
    t.tally[SEATS] = seats(t)
    if not (t.tally[CIRCLED] or t.tally[BARRED]):
        return True
    found = exceptions(t) > 0
    for g in range(t.m):
        found = found or left_open(t, g)
    return not found


@compiled
def _sit_again(t: Table, e: int) -> None:
    """Seat a family where it was if that is open and has room; else it waits."""
    i, g = t.owner[e], t.group[e]
    t.earlier[i] = e
    if t.flexible[i] and e > t.start[i]:
        put_first(t, i, e)
    guests = t.size[i] if t.claim[e] >= t.n else 0
    if t.open[g] and t.left[g] >= t.size[i] and t.guests_left[g] >= guests:
        sit(t, e)
        return
    t.tried[i] = 0
    t.is_waiting[i] = 1
    t.waiting[t.tally[WAITING]] = i
    t.tally[WAITING] += 1


@compiled
def _look_for_claims(t: Table, g: int) -> None:
    """Call back where a claim is open; bar whoever would have one, did the group not need those it has."""
    for k in range(t.asked_from[g], t.asked_from[g + 1]):
        if t.left[g] == 0 and k > t.last[g]:
            return
        e = t.asked[k]
        if t.rank[e] >= t.tried[t.owner[e]]:
            continue
        if has_claim(t, e):
            free(t, g)
            return
        if taken(t, g) == t.minimum[g] and could_replace(t, e)[0] != NEVER:
            set_bar(t, e, 1)
