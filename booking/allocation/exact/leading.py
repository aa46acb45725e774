"""A seating by deferred acceptance, led by a point of the program.

Rule: the point only says which groups are tried and which choice each flexible family puts first; who gets
a place is decided as always. So whatever the point is, the seating keeps the rule.
"""

from __future__ import annotations

import numpy as np

from booking.allocation.exact.model import Model
from booking.allocation.exact.program import Reals
from booking.allocation.moves import put_first
from booking.allocation.problem import Ints
from booking.allocation.seating import seat_everyone
from booking.allocation.table import NOWHERE, lay_out


def led_by(model: Model, point: Reals) -> Ints:
    """Return each family's position in its own list, or NOWHERE."""
    market, table = model.market, lay_out(model.market)
    opened = (point[model.entries : model.entries + market.m] > 0.5) & market.could_start()
    for group in np.flatnonzero(opened).tolist():
        table.open[group] = 1
    for family in np.flatnonzero(market.flexible).tolist():
        first, end = market.start[family : family + 2].tolist()
        best = int(np.argmax(np.round(point[first:end], 3)))
        if point[first + best] > 0.001:
            put_first(table, family, first + best)
    seat_everyone(table)
    at = np.asarray(table.at, dtype=np.int64)
    return np.asarray(np.where(at == NOWHERE, NOWHERE, at - market.start[:-1]), dtype=np.int64)
