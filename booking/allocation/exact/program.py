"""The one door to the solver HiGHS, which comes without types.

Rule: one thread, one seed, and limits that are counted; `stop` is only a brake. So the same program gives
the same answer on every machine, unless the brake was pulled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from booking.allocation.problem import Ints

Reals = NDArray[np.float64]

INFINITY = float("inf")
CLOSE = 1e-6


class Row(NamedTuple):
    """One condition: lower <= sum of value x column <= upper."""

    lower: float
    upper: float
    columns: Ints
    values: Reals


class Relaxed(NamedTuple):
    """What a program comes to when columns may be fractions: its value, the point, and every row's price.

    `impossible`: nothing satisfies every row; then there is no point.
    """

    impossible: bool
    value: float
    point: Reals
    prices: Reals


class Decided(NamedTuple):
    """What a whole-numbered program comes to: nothing at all can be found when `impossible`.

    No point has more than `bound`; `point` is the best one found, if any; `cut_short` when a limit or the
    brake ended it.
    """

    impossible: bool
    cut_short: bool
    bound: float
    point: Reals | None
    nodes: int


class Program:
    """Columns with what each is worth, and rows that come and go; the worth is maximised."""

    def __init__(self, worth: Reals, lower: Reals, upper: Reals) -> None:
        self._worth = worth
        self._highs = _new_highs()
        none = np.zeros(0, dtype=np.int32)
        self._highs.addCols(worth.size, worth, lower, upper, 0, none, none, np.zeros(0))
        self._highs.changeObjectiveSense(_highspy().ObjSense.kMaximize)
        self._stop: Callable[[], bool] = bool
        _brake(self._highs.cbSimplexInterrupt, lambda: self._stop())

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return int(self._highs.getNumRow())

    def add(self, rows: list[Row]) -> None:
        """Add conditions."""
        if not rows:
            return
        lower = np.array([row.lower for row in rows])
        upper = np.array([row.upper for row in rows])
        start = np.cumsum([0, *(row.columns.size for row in rows[:-1])]).astype(np.int32)
        columns = np.concatenate([row.columns for row in rows]).astype(np.int32)
        values = np.concatenate([row.values for row in rows])
        self._highs.addRows(len(rows), lower, upper, columns.size, start, columns, values)

    def fix(self, columns: Ints, lower: Reals, upper: Reals) -> None:
        """Give columns other bounds."""
        self._highs.changeColsBounds(columns.size, columns.astype(np.int32), lower, upper)

    def drop_loose(self, first: int) -> None:
        """Drop the rows from this one on that do not hold the last point back."""
        values = np.array(self._highs.getSolution().row_value)
        terms = self._highs.getLp()
        slack = np.minimum(values - np.array(terms.row_lower_), np.array(terms.row_upper_) - values)
        loose = first + np.flatnonzero(slack[first:] > CLOSE)
        if loose.size:
            self._highs.deleteRows(loose.size, loose.astype(np.int32))

    def relax(self, stop: Callable[[], bool]) -> Relaxed | None:
        """Solve with fractions allowed; None when the brake was pulled before there was an answer."""
        self._stop = stop
        self._highs.run()
        status, kinds = self._highs.getModelStatus(), _highspy().HighsModelStatus
        if status == kinds.kInfeasible:
            return Relaxed(True, -INFINITY, np.zeros(0), np.zeros(0))
        if status != kinds.kOptimal:
            return None
        solution = self._highs.getSolution()
        value = float(self._highs.getInfo().objective_function_value)
        return Relaxed(False, value, np.array(solution.col_value), np.array(solution.row_dual))

    def decide(self, least: int, *, nodes: int, stop: Callable[[], bool]) -> Decided:
        """Solve in whole numbers, looking only for what is worth at least this much."""
        highs = _new_highs()
        highs.passModel(self._highs.getLp())
        every = np.flatnonzero(self._worth).astype(np.int32)
        highs.addRow(float(least), INFINITY, every.size, every, self._worth[every])
        kind = _highspy().HighsVarType.kInteger
        count = self._worth.size
        highs.changeColsIntegrality(count, np.arange(count, dtype=np.int32), np.array([kind] * count))
        for name, value in (("mip_max_nodes", nodes), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.999)):
            highs.setOptionValue(name, value)
        _brake(highs.cbMipInterrupt, stop)
        highs.run()
        return _decided(highs)


def _decided(highs: Any) -> Decided:
    kinds, info = _highspy().HighsModelStatus, highs.getInfo()
    status = highs.getModelStatus()
    found = info.primal_solution_status == 2
    return Decided(
        impossible=status == kinds.kInfeasible,
        cut_short=status not in (kinds.kInfeasible, kinds.kOptimal),
        bound=float(info.mip_dual_bound),
        point=np.array(highs.getSolution().col_value) if found else None,
        nodes=max(int(info.mip_node_count), 1),
    )


def _brake(moments: Any, stop: Callable[[], bool]) -> None:
    """Let the solver ask at these moments whether to stop."""

    def asked(event: Any) -> None:
        if stop():
            event.data_in.user_interrupt = True

    moments.subscribe(asked)


def _new_highs() -> Any:
    highs = _highspy().Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 1), ("parallel", "off")):
        highs.setOptionValue(name, value)
    return highs


def _highspy() -> Any:
    """Load the solver only when something is to be solved."""
    import highspy

    return highspy
