"""Markets of tiny towns, every seating of one, and the plainest seating to start from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from booking.allocation.market import Market, markets
from booking.allocation.problem import Ints, Problem
from booking.allocation.working import first_table, worked
from tests.unit.allocation.towns import Rows

SEED = 7


def never() -> bool:
    """A brake that nobody pulls."""
    return False


def markets_of(rows: Rows) -> list[Market]:
    """Return the markets of a town in which somebody has a choice."""
    return [market for market in markets(Problem.build(*rows, SEED)) if market.n]


def the_market(rows: Rows) -> Market:
    """Return the only market of a town."""
    (market,) = markets_of(rows)
    return market


def every_seating(market: Market) -> Iterator[Ints]:
    """Yield every way to seat families at their choices, or not at all."""
    for picked in itertools.product(*(range(-1, count) for count in np.diff(market.start).tolist())):
        yield np.array(picked, dtype=np.int64)


def first_seating(market: Market) -> Ints:
    """Return what deferred acceptance makes of a market with every group tried."""
    return worked(market, first_table(market)).at
