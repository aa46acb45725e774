"""Claims that a table leaves open, and the exchanges that meet those of families without a place.

Rules: whoever is unplaced and has room in a group that starts gets it (no waste); whoever is unplaced
goes before weaker claims, as long as the group still reaches its minimum (no justified envy); and two
unplaced singles go before a pair whose claim is weaker than that of the stronger of them. Every
exchange betters one group's list of claims and leaves the others alone, so it comes to an end.
"""

from __future__ import annotations

from booking.allocation.asking import rise, sit, weakest
from booking.allocation.moves import taken
from booking.allocation.speed import compiled
from booking.allocation.table import FREED, GROUP_LINE, GROUPS, NEVER, NOWHERE, STEPS, Table


@compiled
def lacking(t: Table, e: int) -> int:
    """Return how many persons must leave before an entry's owner fits; none or less when there is room."""
    g, size = t.group[e], t.size[t.owner[e]]
    lacks = size - t.left[g]
    if t.claim[e] >= t.n and size - t.guests_left[g] > lacks:
        lacks = size - t.guests_left[g]
    return lacks


@compiled
def leavers(t: Table, e: int) -> tuple[int, int]:
    """Return the entries (or NOWHERE) of the fewest weaker members that must leave for this one.

    (NEVER, NOWHERE) when no weaker ones would do, or the group would then miss its minimum.
    """
    one, other, gone = could_replace(t, e)
    g = t.group[e]
    if gone > 0 and taken(t, g) - gone + t.size[t.owner[e]] < t.minimum[g]:
        return NEVER, NOWHERE
    return one, other


@compiled
def could_replace(t: Table, e: int) -> tuple[int, int, int]:
    """Return the same without a thought of the minimum, and how many persons would leave."""
    lacks = lacking(t, e)
    if lacks <= 0:
        return NOWHERE, NOWHERE, 0
    single, second, pair = _weaker(t, e)
    if lacks == 1 and single != NOWHERE:
        return single, NOWHERE, 1
    if lacks == 2 and second != NOWHERE and (pair == NOWHERE or t.claim[pair] < t.claim[second]):
        return single, second, 2
    if pair == NOWHERE or lacks > 2:
        return NEVER, NOWHERE, 0
    return pair, NOWHERE, 2


@compiled
def _weaker(t: Table, e: int) -> tuple[int, int, int]:
    """Return the entries (or NOWHERE) of the weakest single, the next, and the weakest pair, of weaker claims."""
    g = t.group[e]
    single, second, pair = NOWHERE, NOWHERE, NOWHERE
    k = weakest(t, g, t.last[g])
    while k >= t.asked_from[g] and t.claim[t.asked[k]] > t.claim[e]:
        other = t.asked[k]
        if t.size[t.owner[other]] == 2:
            pair = other if pair == NOWHERE else pair
        elif single == NOWHERE:
            single = other
        elif second == NOWHERE:
            second = other
        k = weakest(t, g, k - 1)
    return single, second, pair


@compiled
def has_claim(t: Table, e: int) -> bool:
    """Whether an entry's owner has room there, or weaker members could leave for it."""
    return leavers(t, e)[0] != NEVER


@compiled
def would_rather(t: Table, e: int) -> bool:
    """Whether an entry counts as better than what its owner has: for the flexible, only while unplaced."""
    i = t.owner[e]
    return t.at[i] == NOWHERE or (e < t.at[i] and not t.flexible[i])


@compiled
def two_singles(t: Table, g: int) -> tuple[int, int, int]:
    """Return (pair, single, single): entries of two unplaced who go before the weakest such pair; else NOWHERE."""
    k = weakest(t, g, t.last[g])
    while k >= t.asked_from[g]:
        pair = t.asked[k]
        if t.size[t.owner[pair]] == 2:
            guests = t.guests_left[g] + (2 if t.claim[pair] >= t.n else 0)
            one = _single(t, g, t.asked_from[g], guests)
            if one < t.asked_from[g + 1] and one < k:
                guests -= 1 if t.claim[t.asked[one]] >= t.n else 0
                other = _single(t, g, one + 1, guests)
                if other < t.asked_from[g + 1]:
                    return pair, t.asked[one], t.asked[other]
        k = weakest(t, g, k - 1)
    return NOWHERE, NOWHERE, NOWHERE


@compiled
def _single(t: Table, g: int, k: int, guests: int) -> int:
    """Return where in `asked`, from k on, an unplaced single stands who may come; the group's end if none."""
    now = k
    while now < t.asked_from[g + 1]:
        e = t.asked[now]
        if t.at[t.owner[e]] == NOWHERE and t.size[t.owner[e]] == 1 and (t.claim[e] < t.n or guests > 0):
            break
        now += 1
    t.tally[STEPS] += now - k
    return now


@compiled
def left_open(t: Table, g: int) -> bool:
    """Whether an open group leaves a claim open that counts."""
    if not t.open[g]:
        return False
    for k in range(t.asked_from[g], t.asked_from[g + 1]):
        e = t.asked[k]
        if would_rather(t, e) and has_claim(t, e):
            return True
    return two_singles(t, g)[0] != NOWHERE


@compiled
def repair(t: Table) -> None:
    """Meet every claim of the unplaced; families that have a place only leave it for a stronger claim."""
    changed = True
    while changed:
        changed = False
        for g in range(t.m):
            if t.open[g] and (_meet_claims(t, g) or _seat_two_singles(t, g)):
                changed = True
    while t.tally[FREED]:
        t.tally[FREED] -= 1
        t.is_freed[t.freed[t.tally[FREED]]] = 0


@compiled
def _meet_claims(t: Table, g: int) -> bool:
    changed = False
    for k in range(t.asked_from[g], t.asked_from[g + 1]):
        e = t.asked[k]
        if t.at[t.owner[e]] != NOWHERE:
            continue
        one, other = leavers(t, e)
        if one != NEVER:
            _send_home(t, one)
            _send_home(t, other)
            sit(t, e)
            changed = True
    return changed


@compiled
def _seat_two_singles(t: Table, g: int) -> bool:
    pair, one, other = two_singles(t, g)
    if pair == NOWHERE:
        return False
    _send_home(t, pair)
    sit(t, one)
    sit(t, other)
    return True


@compiled
def _send_home(t: Table, e: int) -> None:
    if e != NOWHERE:
        i = t.owner[e]
        rise(t, i)
        t.tried[i] = t.start[i + 1] - t.start[i]


@compiled
def exceptions(t: Table) -> int:
    """Count the placed families, not flexible, that have a claim to a group they like better (breaches of C)."""
    found = 0
    for i in range(t.n):
        if t.at[i] != NOWHERE and not t.flexible[i] and passed_over(t, i):
            found += 1
    return found


@compiled
def passed_over(t: Table, i: int) -> bool:
    """Whether a placed family has room in, or a claim to, an open group it likes better than its own."""
    found = False
    for e in range(t.start[i], t.at[i]):
        found = found or (t.open[t.group[e]] == 1 and has_claim(t, e))
    return found


@compiled
def keeps_the_rule(t: Table) -> bool:
    """Whether no claim is left open by the groups that the move touched, or that turned a single away."""
    for k in range(0, t.tally[GROUPS], GROUP_LINE):
        if left_open(t, t.group_log[k]):
            return False
    found = False
    for g in range(t.m):
        found = found or (t.bars[g] > 0 and left_open(t, g))
    return not found
