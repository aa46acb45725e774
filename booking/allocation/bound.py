"""Upper bounds on seats: one at once, and one that what the claims demand brings down.

Rule: no plan of the market has more seats than its bound, whatever is moved. `quick_bound` keeps places and
choices and drops all else, in time linear in the choices; `close_bound` keeps minimum sizes too, lets
families be divided, and adds the claims' demands turn by turn.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from booking.allocation.market import Market
from booking.allocation.problem import Ints

TURNS_TIMES_ENTRIES, MOST_TURNS = 100_000, 60


def quick_bound(market: Market) -> int:
    """Return a bound at once: all who chose a group that could start, or what those groups could hold of them."""
    usable = market.could_start()
    owner = market.owners()
    coming = usable[market.group] & (market.size[owner] <= market.free[market.group])
    persons = market.size[owner] * coming
    guest = market.claim >= market.n
    residents = np.bincount(market.group, persons * ~guest, market.m)
    guests = np.minimum(np.bincount(market.group, persons * guest, market.m), market.guest_places)
    held = np.minimum(residents + guests, market.free)[usable].sum()
    families = np.zeros(market.n, dtype=np.bool_)
    families[owner[coming]] = True
    return int(market.confirmed[usable].sum()) + min(int(market.size[families].sum()), int(held))


def close_bound(market: Market, at: Ints, *, stop: Callable[[], bool]) -> int:
    """Return the best bound in reasonable time; `at` is a valid seating (positions, or -1).

    Turns are counted, fewer the larger the market; a pulled brake leaves the best bound so far.
    """
    quick = quick_bound(market)
    if stop():
        return quick
    from booking.allocation.exact import close_in  # Loads the solver, which many plans do without.

    turns = min(MOST_TURNS, max(1, TURNS_TIMES_ENTRIES // max(1, market.group.size)))
    return min(quick, close_in(market, at, turns=turns, stop=stop).bound)
