"""A seating by deferred acceptance, led by a point of the program.

Rule: the point only says which groups are tried and which choice each flexible family puts first; who gets
a place is decided as always. So whatever the point is, the seating keeps the rule.
"""

from __future__ import annotations

import numpy as np

from booking.allocation.exact.model import Model
from booking.allocation.exact.program import Reals
from booking.allocation.problem import Ints
from booking.allocation.table import NOWHERE
from booking.allocation.working import first_table, worked


def led_by(model: Model, point: Reals) -> Ints:
    """Return each family's position in its own list, or NOWHERE."""
    market = model.market
    first = np.full(market.n, NOWHERE)
    for family in np.flatnonzero(market.flexible).tolist():
        begin, end = market.start[family : family + 2].tolist()
        best = begin + int(np.argmax(np.round(point[begin:end], 3)))
        first[family] = best if point[best] > 0.001 else NOWHERE
    opened = point[model.entries : model.entries + market.m] > 0.5
    return worked(market, first_table(market, opened & model.may_start, first)).at
