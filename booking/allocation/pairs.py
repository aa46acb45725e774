"""A pair where a single goes first, when the group could not start otherwise.

Rule: a group that misses its minimum by one may turn away its weakest single for a pair that had only
one place left; it then stands exactly at its minimum, and no single has a claim to the pair's places.
"""

from __future__ import annotations

from booking.allocation.acceptance import Seating


def take_a_pair(seating: Seating, group: int) -> bool:
    """Make room for the strongest pair that was skipped, if the group then starts; say whether it does.

    Call `settle` afterwards.
    """
    if seating.taken(group) != seating.market.minimum[group] - 1:
        return False
    for pair in _skipped(seating, group):
        single = _weakest_single(seating, group, pair)
        if single is not None:
            seating.bar(single, group)
            return True
    return False


def _skipped(seating: Seating, group: int) -> list[int]:
    """Return the claims of pairs that like the group better than what they have, strongest first."""
    market = seating.market
    return [
        claim
        for claim, position in market.choosers[group]
        if market.size[claim % market.n] == 2 and position < seating.tried[claim % market.n]
    ]


def _weakest_single(seating: Seating, group: int, pair: int) -> int | None:
    """Return the weakest single (a family) in whose place, and the one place left, the pair would fit."""
    market = seating.market
    for claim in reversed(seating.members[group]):
        guest = 1 if claim >= market.n else 0
        fits = pair < market.n or seating.guests_left[group] + guest >= 2
        if market.size[claim % market.n] == 1 and seating.left[group] >= 1 and fits:
            return claim % market.n
    return None
