"""What can be done to a table and taken back: open and close groups, put another choice of a family first.

Rules: a move ends when everyone has asked and no open group misses its minimum (the one furthest from
its own closes first). A group one short may turn away its weakest single for a pair that had only one
place left; it then stands exactly at its minimum, and no single has a claim to the pair's places.
"""

from __future__ import annotations

from booking.allocation.asking import admit, free, rise, settle, touch_family, touch_group, turn_away
from booking.allocation.speed import compiled
from booking.allocation.table import (
    BARRED,
    BARS,
    CIRCLED,
    FAMILIES,
    FAMILY_LINE,
    GROUP_LINE,
    GROUPS,
    MOST_BARS,
    MOVE,
    NOWHERE,
    STEPS,
    Table,
)


@compiled
def begin(t: Table) -> None:
    """Begin a move: from here on the log holds what is touched."""
    t.tally[MOVE] += 1
    t.tally[FAMILIES] = 0
    t.tally[GROUPS] = 0
    t.tally[BARS] = 0
    t.tally[CIRCLED] = 0


@compiled
def undo(t: Table) -> None:
    """Take back everything since `begin`."""
    for k in range(0, t.tally[FAMILIES], FAMILY_LINE):
        i = t.family_log[k]
        t.at[i] = t.family_log[k + 1]
        t.tried[i] = t.family_log[k + 2]
        if t.first[i] != t.family_log[k + 3]:
            put_first(t, i, t.family_log[k + 3])
    for k in range(0, t.tally[GROUPS], GROUP_LINE):
        g = t.group_log[k]
        t.open[g] = t.group_log[k + 1]
        t.left[g] = t.group_log[k + 2]
        t.guests_left[g] = t.group_log[k + 3]
        t.last[g] = t.group_log[k + 4]
    for k in range(t.tally[BARS] - 1, -1, -1):
        set_bar(t, t.bar_log[k] // 2, t.bar_log[k] % 2)
    begin(t)


@compiled
def put_first(t: Table, i: int, e: int) -> None:
    """Order a family's choices: this entry first, then its own order; NOWHERE for its own order."""
    begin_, end = t.start[i], t.start[i + 1]
    k = begin_
    if e != NOWHERE:
        t.order[k] = e
        t.rank[e] = 0
        k += 1
    for other in range(begin_, end):
        if other != e:
            t.order[k] = other
            t.rank[other] = k - begin_
            k += 1
    t.first[i] = e


@compiled
def prefer(t: Table, i: int, e: int) -> None:
    """Let a family ask in another order from now on, and ask for all it now likes better (call `finish`)."""
    touch_family(t, i)
    put_first(t, i, e)
    had = t.at[i]
    t.tried[i] = t.rank[had] if had != NOWHERE else t.start[i + 1] - t.start[i]
    for k in range(t.start[i], t.start[i] + t.tried[i]):
        other = t.order[k]
        if t.open[t.group[other]] and admit(t, other):
            return


@compiled
def close(t: Table, g: int) -> None:
    """Close a group; its families have to ask on (call `finish`)."""
    touch_group(t, g)
    t.open[g] = 0
    for k in range(t.last[g], t.asked_from[g] - 1, -1):
        e = t.asked[k]
        if t.at[t.owner[e]] == e:
            rise(t, t.owner[e])
            turn_away(t, t.owner[e])
    t.last[g] = t.asked_from[g] - 1
    unbar(t, g)


@compiled
def reopen(t: Table, g: int) -> None:
    """Open a group; those who like it better are called (call `finish`)."""
    touch_group(t, g)
    t.open[g] = 1
    free(t, g)


@compiled
def taken(t: Table, g: int) -> int:
    """Return the persons, confirmed and placed, of a group."""
    return t.confirmed[g] + t.free[g] - t.left[g]


@compiled
def finish(t: Table, pairs: bool) -> None:
    """Let everyone ask, and close what then misses its minimum unless, where that is allowed, a pair saves it."""
    settle(t)
    while True:
        if t.tally[BARRED] and _unbar_the_safe(t):
            settle(t)
        g = _shortest(t)
        if g == NOWHERE:
            return
        if not (pairs and take_a_pair(t, g)):
            close(t, g)
        settle(t)


@compiled
def _shortest(t: Table) -> int:
    """Return the touched open group furthest from its minimum, as a share of it; NOWHERE when all reach theirs."""
    found = NOWHERE
    for k in range(0, t.tally[GROUPS], GROUP_LINE):
        g = t.group_log[k]
        if not t.open[g] or taken(t, g) >= t.minimum[g]:
            continue
        if found == NOWHERE:
            found = g
            continue
        one, other = taken(t, g) * t.minimum[found], taken(t, found) * t.minimum[g]
        if one < other or (one == other and g < found):
            found = g
    return found


@compiled
def take_a_pair(t: Table, g: int) -> bool:
    """Turn a single away for the strongest pair that was skipped, if the group then starts; say whether it does."""
    if taken(t, g) != t.minimum[g] - 1 or t.left[g] < 1 or t.tally[BARS] >= MOST_BARS:
        return False
    for k in range(t.asked_from[g], t.asked_from[g + 1]):
        e = t.asked[k]
        i = t.owner[e]
        if t.size[i] != 2 or t.rank[e] >= t.tried[i] or t.barred[e]:
            continue
        single = _weakest_single(t, g, e)
        if single != NOWHERE:
            _bar(t, single)
            return True
    return False


@compiled
def _weakest_single(t: Table, g: int, pair: int) -> int:
    """Return the entry of the weakest single in whose place, and the one left, the pair would fit."""
    for k in range(t.last[g], t.asked_from[g] - 1, -1):
        e = t.asked[k]
        if t.at[t.owner[e]] != e or t.size[t.owner[e]] != 1:
            continue
        guest = 1 if t.claim[e] >= t.n else 0
        if t.claim[pair] < t.n or t.guests_left[g] + guest >= 2:
            return e
    return NOWHERE


@compiled
def _bar(t: Table, e: int) -> None:
    """Turn a member away for good; whether that is fair must be checked."""
    i = t.owner[e]
    t.bar_log[t.tally[BARS]] = 2 * e
    t.tally[BARS] += 1
    set_bar(t, e, 1)
    free(t, rise(t, i))
    turn_away(t, i)


@compiled
def set_bar(t: Table, e: int, barred: int) -> None:
    """Bar an entry (1) or lift the bar (0), outside the log."""
    t.tally[BARRED] += barred - t.barred[e]
    t.bars[t.group[e]] += barred - t.barred[e]
    t.barred[e] = barred


@compiled
def unbar(t: Table, g: int) -> bool:
    """Lift every bar of a group; say whether there was one."""
    found = False
    if not t.bars[g]:
        return False
    for k in range(t.asked_from[g], t.asked_from[g + 1]):
        e = t.asked[k]
        if t.barred[e]:
            t.bar_log[t.tally[BARS]] = 2 * e + 1
            t.tally[BARS] += 1
            set_bar(t, e, 0)
            found = True
    t.tally[STEPS] += t.asked_from[g + 1] - t.asked_from[g]
    return found


@compiled
def _unbar_the_safe(t: Table) -> bool:
    """Lift the bars of touched groups that no longer stand exactly at their minimum."""
    found = False
    for k in range(0, t.tally[GROUPS], GROUP_LINE):
        g = t.group_log[k]
        if taken(t, g) != t.minimum[g] and unbar(t, g):
            free(t, g)
            found = True
    return found
