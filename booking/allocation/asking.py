"""Deferred acceptance: families ask in their order, groups keep the strongest claims.

Rules: a group goes through its claims from the strongest and takes each family that still fits whole
(a pair that does not fit is skipped); a family turned away asks its next choice; places that come
free are asked for again by those who liked the group better. Pairs can make that go round in circles:
a family that was asked again too often is asked no more, and the tally says so (claims may be left open).

Everything done to a table since `moves.begin` stands in its log. Compiled where numba is installed.
"""

from __future__ import annotations

from booking.allocation.speed import compiled
from booking.allocation.table import (
    CIRCLED,
    FAMILIES,
    FAMILY_LINE,
    FREED,
    GROUP_LINE,
    GROUPS,
    MOVE,
    NOWHERE,
    STEPS,
    WAITING,
    Table,
)

CALLS = 4
"""How often a family may be called back in one move, per choice it made, before we call it a circle."""


@compiled
def touch_family(t: Table, i: int) -> None:
    """Write down how a family was before this move, once."""
    if t.family_seen[i] != t.tally[MOVE]:
        t.family_seen[i] = t.tally[MOVE]
        k = t.tally[FAMILIES]
        t.family_log[k] = i
        t.family_log[k + 1] = t.at[i]
        t.family_log[k + 2] = t.tried[i]
        t.family_log[k + 3] = t.first[i]
        t.tally[FAMILIES] = k + FAMILY_LINE


@compiled
def touch_group(t: Table, g: int) -> None:
    """Write down how a group was before this move, once."""
    if t.group_seen[g] != t.tally[MOVE]:
        t.group_seen[g] = t.tally[MOVE]
        k = t.tally[GROUPS]
        t.group_log[k] = g
        t.group_log[k + 1] = t.open[g]
        t.group_log[k + 2] = t.left[g]
        t.group_log[k + 3] = t.guests_left[g]
        t.group_log[k + 4] = t.last[g]
        t.tally[GROUPS] = k + GROUP_LINE


@compiled
def free(t: Table, g: int) -> None:
    """Note that a group has a place that somebody may want."""
    if not t.is_freed[g]:
        t.is_freed[g] = 1
        t.freed[t.tally[FREED]] = g
        t.tally[FREED] += 1


@compiled
def rise(t: Table, i: int) -> int:
    """Take a family out of its group without sending it anywhere; return the group."""
    e = t.at[i]
    g = t.group[e]
    touch_family(t, i)
    touch_group(t, g)
    t.at[i] = NOWHERE
    t.left[g] += t.size[i]
    if t.claim[e] >= t.n:
        t.guests_left[g] += t.size[i]
    return g


@compiled
def sit(t: Table, e: int) -> None:
    """Seat the owner of an entry there; what it had before comes free."""
    i = t.owner[e]
    if t.at[i] != NOWHERE:
        free(t, rise(t, i))
    g = t.group[e]
    touch_family(t, i)
    touch_group(t, g)
    t.at[i] = e
    t.tried[i] = t.rank[e]
    t.left[g] -= t.size[i]
    if t.claim[e] >= t.n:
        t.guests_left[g] -= t.size[i]
    if t.place[e] > t.last[g]:
        t.last[g] = t.place[e]


@compiled
def turn_away(t: Table, i: int) -> None:
    """Send an unseated family on to its next choice."""
    t.tried[i] += 1
    if not t.is_waiting[i]:
        t.is_waiting[i] = 1
        t.waiting[t.tally[WAITING]] = i
        t.tally[WAITING] += 1


@compiled
def admit(t: Table, e: int) -> bool:
    """Seat an entry's owner there if its claim is strong enough; say whether it was."""
    g, strength, size = t.group[e], t.claim[e], t.size[t.owner[e]]
    guests = size if strength >= t.n else 0
    left, guests_left = t.left[g], t.guests_left[g]
    if t.barred[e]:
        return False
    if left >= size and guests_left >= guests:
        sit(t, e)
        return True
    if guests and not t.guest_places[g]:
        return False
    one = NOWHERE
    k = t.last[g] = weakest(t, g, t.last[g])
    while k >= t.asked_from[g] and t.claim[t.asked[k]] > strength:
        weaker = t.asked[k]
        persons = t.size[t.owner[weaker]]
        left += persons
        guests_left += persons if t.claim[weaker] >= t.n else 0
        if left >= size and guests_left >= guests:
            displace(t, e, weaker, one)
            return True
        one = weaker
        k = weakest(t, g, k - 1)
    return False


@compiled
def weakest(t: Table, g: int, k: int) -> int:
    """Return where in `asked` the last member of a group at or before k stands; before its begin if none."""
    begin = t.asked_from[g]
    now = k
    while now >= begin:
        e = t.asked[now]
        if t.at[t.owner[e]] == e:
            break
        now -= 1
    t.tally[STEPS] += k - now
    return now


@compiled
def displace(t: Table, e: int, other: int, one: int) -> None:
    """Seat an entry's owner in the place of another, and of a weaker one, who stays if it still fits.

    Two persons at most lack a place, so no more than two families ever have to rise.
    """
    g = t.group[e]
    rise(t, t.owner[other])
    if one != NOWHERE:
        rise(t, t.owner[one])
    sit(t, e)
    turn_away(t, t.owner[other])
    if one != NOWHERE:
        size = t.size[t.owner[one]]
        if t.left[g] >= size and (t.claim[one] < t.n or t.guests_left[g] >= size):
            sit(t, one)
        else:
            turn_away(t, t.owner[one])
    if t.left[g]:
        free(t, g)


@compiled
def ask_on(t: Table, i: int) -> None:
    """Let an unseated family ask its choices from the first it has not tried."""
    begin, end = t.start[i], t.start[i + 1]
    for k in range(begin + t.tried[i], end):
        e = t.order[k]
        t.tally[STEPS] += 1
        if t.open[t.group[e]] and admit(t, e):
            return
    touch_family(t, i)
    t.tried[i] = end - begin


@compiled
def call_back(t: Table, g: int) -> None:
    """Offer what has come free to all who like this group better than what they have."""
    if not t.open[g]:
        return
    begin, end = t.asked_from[g], t.asked_from[g + 1]
    for k in range(begin, end):
        e = t.asked[k]
        i = t.owner[e]
        if t.rank[e] < t.tried[i] and may_call(t, i) and admit(t, e):
            t.calls[i] += 1
        if t.left[g] == 0 and k >= t.last[g]:
            t.tally[STEPS] += k - begin
            return
    t.tally[STEPS] += end - begin


@compiled
def may_call(t: Table, i: int) -> bool:
    """Whether a family may be asked again in this move; if not, claims may be left open."""
    if t.called[i] != t.tally[MOVE]:
        t.called[i] = t.tally[MOVE]
        t.calls[i] = 0
    if t.calls[i] < CALLS * (t.start[i + 1] - t.start[i] + 1):
        return True
    t.tally[CIRCLED] = 1
    return False


@compiled
def settle(t: Table) -> None:
    """Let everyone ask until nobody who is waiting can be seated any better."""
    while t.tally[WAITING] or t.tally[FREED]:
        while t.tally[WAITING]:
            t.tally[WAITING] -= 1
            i = t.waiting[t.tally[WAITING]]
            t.is_waiting[i] = 0
            if t.at[i] == NOWHERE:
                ask_on(t, i)
        if t.tally[FREED]:
            t.tally[FREED] -= 1
            g = t.freed[t.tally[FREED]]
            t.is_freed[g] = 0
            call_back(t, g)
