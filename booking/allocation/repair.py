"""Claims that a seating leaves open, and the exchanges that meet those of families without a place.

Rules: whoever is unplaced and has room in a group that starts gets it (no waste); whoever is unplaced
goes before weaker claims, as long as the group still reaches its minimum (no justified envy); and two
unplaced singles go before a pair whose claim is weaker than that of the stronger of them. Every
exchange betters one group's list of claims and leaves the others alone, so it comes to an end.
"""

from __future__ import annotations

from bisect import bisect_right

from booking.allocation.acceptance import NOWHERE, Seating


def leavers(seating: Seating, family: int, position: int) -> list[int] | None:
    """Return the fewest weaker claims that must leave for this family; [] for room, None for never.

    Never, too, when the group would then miss its minimum.
    """
    market = seating.market
    group, strength = market.choices[family][position], market.claims[family][position]
    size = market.size[family]
    need = size - seating.left[group]
    if strength >= market.n:
        need = max(need, size - seating.guests_left[group])
    if need <= 0:
        return []
    found = _weakest(seating, group, strength, need)
    if found is None:
        return None
    staying = seating.taken(group) - sum(market.size[claim % market.n] for claim in found)
    return found if market.starts_anyway(group) or staying + size >= market.minimum[group] else None


def _weakest(seating: Seating, group: int, strength: int, need: int) -> list[int] | None:
    """Return the weakest members whose sizes make up `need` (1 or 2) with as little over as can be."""
    market, members = seating.market, seating.members[group]
    weaker = members[bisect_right(members, strength) :]
    singles = [claim for claim in weaker if market.size[claim % market.n] == 1][-need:]
    pairs = [claim for claim in weaker if market.size[claim % market.n] == 2][-1:]
    if len(singles) < need:
        return pairs or None
    return pairs if need == 2 and pairs and pairs[0] > singles[0] else singles


def repair(seating: Seating) -> None:
    """Meet every claim of the unplaced; families that have a place only leave it for a stronger claim."""
    seating.settle()
    changed = True
    while changed:
        changed = False
        for group, is_open in enumerate(seating.open):
            if is_open:
                changed = _meet_claims(seating, group) or _seat_two_singles(seating, group) or changed


def _unplaced(seating: Seating, group: int) -> list[tuple[int, int]]:
    n, at = seating.market.n, seating.at
    return [entry for entry in seating.market.choosers[group] if at[entry[0] % n] == NOWHERE]


def _meet_claims(seating: Seating, group: int) -> bool:
    changed = False
    for strength, position in _unplaced(seating, group):
        family = strength % seating.market.n
        leaving = leavers(seating, family, position)
        if leaving is not None:
            seating.exchange(leaving, [(family, position)])
            changed = True
    return changed


def _seat_two_singles(seating: Seating, group: int) -> bool:
    """Put two unplaced singles in the place of the weakest pair the stronger of them goes before."""
    market = seating.market
    singles = [entry for entry in _unplaced(seating, group) if market.size[entry[0] % market.n] == 1]
    for pair in reversed(seating.members[group]):
        if market.size[pair % market.n] == 1:
            continue
        guests = seating.guests_left[group] + (2 if pair >= market.n else 0)
        residents = [entry for entry in singles if entry[0] < market.n]
        two = (residents + [entry for entry in singles if entry[0] >= market.n][:guests])[:2]
        if len(two) == 2 and two[0][0] < pair:
            seating.exchange([pair], [(claim % market.n, position) for claim, position in two])
            return True
    return False


def exceptions(seating: Seating) -> list[int]:
    """Return the families, not flexible, that have a claim to a group they like better (breach of C)."""
    if not seating.circled:
        return []
    return [
        family
        for family, flexible in enumerate(seating.market.flexible)
        if not flexible and passed_over(seating, family)
    ]


def passed_over(seating: Seating, family: int) -> bool:
    """Whether a placed family has room in, or a claim to, an open group it likes better than its own."""
    choices = seating.market.choices[family]
    return any(
        seating.open[choices[position]] and leavers(seating, family, position) is not None
        for position in range(max(seating.at[family], 0))
    )
