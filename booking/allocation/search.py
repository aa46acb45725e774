"""Looks for a fuller plan: other groups open, and other choices of flexible families put first.

Rules: nothing else is ever changed, and after every try everyone asks again; so whatever is kept satisfies
the rule like a first seating does. A try is taken back when it costs seats or leaves a claim open. One that
is as good is kept, for it may lead on to better; at the end (`tidy`) only what is better is, by the later
aims: less waiting among those left without, and then the families' own order.
"""

from __future__ import annotations

from booking.allocation.asking import settle
from booking.allocation.claims import exceptions, keeps_the_rule, repair
from booking.allocation.moves import begin, close, finish, prefer, reopen, taken, undo
from booking.allocation.seating import gained, put_out, strayed, worse_liked
from booking.allocation.speed import compiled
from booking.allocation.table import (
    BARRED,
    CIRCLED,
    DICE,
    EXCEPTIONS,
    IN_VAIN,
    MOVERS,
    NEVER,
    NOWHERE,
    SEATS,
    STEPS,
    Column,
    Table,
)

PATIENCE, LEAST_PATIENCE = 60, 300
"""How many tries in vain, per group and flexible family and in all, end the search."""

FREELY, CLOSELY, STRICTLY, FAITHFULLY = 0, 1, 2, 3
"""What is kept of tries that bring as many seats: all; those no worse by the later aims; none; those after which
no more families are elsewhere than an earlier plan had them."""


@compiled
def throw(t: Table, sides: int) -> int:
    """Return a number from 0 to below `sides`; the same table gives the same numbers."""
    t.tally[DICE] = t.tally[DICE] * 48271 % 2147483647
    return t.tally[DICE] % sides


@compiled
def search(t: Table, until: int, how: int) -> bool:
    """Try until so many steps were made; False when there is no point in going on."""
    patience = LEAST_PATIENCE + PATIENCE * (t.m + t.tally[MOVERS])
    while t.tally[STEPS] < until:
        t.tally[IN_VAIN] += 1
        if t.tally[IN_VAIN] > patience:
            return False
        begin(t)
        t.tally[STEPS] += 1
        if try_something(t):
            finish(t, True)
            judge(t, how)
        else:
            undo(t)
    return True


@compiled
def judge(t: Table, how: int) -> None:
    """Keep a finished try or take it back."""
    more = gained(t)
    if t.tally[EXCEPTIONS]:
        kept = has_fewer_exceptions(t, more)
    elif more < 0 or (more == 0 and is_worse(t, how)):
        kept = False
    else:
        kept = not (t.tally[CIRCLED] or t.tally[BARRED]) or keeps_the_rule(t)
    if not kept:
        undo(t)
        return
    t.tally[SEATS] += gained(t)
    if more > 0:
        t.tally[IN_VAIN] = 0


@compiled
def is_worse(t: Table, how: int) -> bool:
    """Whether a try that brings as many seats is not to be kept.

    By the later aims that is where more waiting is left without a place, or as much and the placed like theirs less.
    """
    if how == CLOSELY:
        waiting = put_out(t)
        return waiting > 0 or (waiting == 0 and worse_liked(t) > 0)
    return how == STRICTLY or (how == FAITHFULLY and strayed(t) > 0)


@compiled
def has_fewer_exceptions(t: Table, more: int) -> bool:
    """Whether a try, once the claims of the unplaced are met, leaves fewer exceptions, or as few and more seats."""
    repair(t)
    found = exceptions(t)
    if found > t.tally[EXCEPTIONS] or (found == t.tally[EXCEPTIONS] and gained(t) < 0):
        return False
    t.tally[EXCEPTIONS] = found
    return True


@compiled
def try_something(t: Table) -> bool:
    """Begin a try; False when it came to nothing."""
    kind = throw(t, 16)
    if kind < 7 and t.tally[MOVERS]:
        return try_family(t, t.movers[throw(t, t.tally[MOVERS])])
    g = throw(t, t.m)
    if not t.can[g]:
        return False
    if not t.open[g]:
        return try_opening(t, g)
    if kind < 14:
        return False
    return t.confirmed[g] < t.minimum[g] and try_closing(t, g)


@compiled
def try_family(t: Table, i: int) -> bool:
    """Put another choice of a flexible family first, or go back to its own order."""
    e = t.start[i] + throw(t, t.start[i + 1] - t.start[i])
    if t.first[i] != NOWHERE and throw(t, 4) == 0:
        prefer(t, i, NOWHERE)
        return True
    if t.first[i] == e or t.at[i] == e or not t.open[t.group[e]]:
        return False
    prefer(t, i, e)
    return t.at[i] == e


@compiled
def try_opening(t: Table, g: int) -> bool:
    """Open a group, and fill it up with flexible families if it does not fill by itself."""
    reopen(t, g)
    settle(t)
    pull(t, g)
    return taken(t, g) >= t.minimum[g] - 1


@compiled
def try_closing(t: Table, g: int) -> bool:
    """Close a group and open one or two instead that its families chose as well."""
    close(t, g)
    settle(t)
    for _ in range(1 + throw(t, 2)):
        other = neighbour(t, g)
        if other != NOWHERE:
            try_opening(t, other)
    return True


@compiled
def neighbour(t: Table, g: int) -> int:
    """Return a closed group that somebody chose beside this one, looking from a random family on; or NOWHERE."""
    count = t.asked_from[g + 1] - t.asked_from[g]
    if not count:
        return NOWHERE
    turn = throw(t, count)
    for k in range(count):
        i = t.owner[t.asked[t.asked_from[g] + (k + turn) % count]]
        choices = t.start[i + 1] - t.start[i]
        other = t.group[t.start[i] + throw(t, choices)]
        t.tally[STEPS] += 1
        if other != g and t.can[other] and not t.open[other]:
            return other
    return NOWHERE


@compiled
def pull(t: Table, g: int) -> None:
    """Bring flexible families into a group that misses its minimum: first those whose place is soon taken."""
    count = t.asked_from[g + 1] - t.asked_from[g]
    turn = throw(t, count)
    t.tally[STEPS] += count
    for careless in range(2):
        for k in range(count):
            if taken(t, g) >= t.minimum[g] or t.left[g] == 0:
                return
            e = t.asked[t.asked_from[g] + (k + turn) % count]
            if could_come(t, e, careless):
                prefer(t, t.owner[e], e)
                settle(t)


@compiled
def could_come(t: Table, e: int, careless: int) -> bool:
    """Whether a flexible family sits elsewhere, fits, and its group is full or (careless) does without it."""
    i = t.owner[e]
    if not t.flexible[i] or t.at[i] == NOWHERE or t.at[i] == e or t.size[i] > t.left[t.group[e]]:
        return False
    if t.claim[e] >= t.n and t.guests_left[t.group[e]] < t.size[i]:
        return False
    h = t.group[t.at[i]]
    return t.left[h] == 0 or (careless == 1 and (taken(t, h) - t.size[i] >= t.minimum[h]))


@compiled
def tidy(t: Table) -> None:
    """Let every flexible family go back to its own order that may, without a loss by any aim."""
    for k in range(t.tally[MOVERS]):
        i = t.movers[k]
        if t.first[i] != NOWHERE:
            begin(t)
            prefer(t, i, NOWHERE)
            finish(t, True)
            judge(t, CLOSELY)


@compiled
def go_back(t: Table, opened: Column) -> None:
    """Try to open and close groups as they were earlier, and to put families where they were."""
    for g in range(t.m):
        if t.open[g] != opened[g] and t.can[g] and t.confirmed[g] < t.minimum[g]:
            begin(t)
            if t.open[g]:
                close(t, g)
            else:
                try_opening(t, g)
            finish(t, True)
            judge(t, FAITHFULLY)
    for k in range(t.tally[MOVERS]):
        i = t.movers[k]
        e = t.earlier[i]
        if e != NEVER and t.at[i] != e and t.open[t.group[e]]:
            begin(t)
            prefer(t, i, e)
            finish(t, True)
            judge(t, FAITHFULLY)
