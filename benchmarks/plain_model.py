"""A plain HiGHS model: as many persons in groups that start as the places allow, and no rule about who.

Rule: one mixed-integer model for the whole town, as one would write it in an afternoon: a variable per choice,
one per group that has to reach its minimum.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.cities import Numbers
from booking.allocation.problem import Problem


def plain_model(problem: Problem, time_limit: float) -> Numbers:
    """Return a group row, or -1, per family; nobody is placed if no plan was found in the time."""
    highspy: Any = import_module("highspy")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", time_limit)
    solver.passModel(_model(problem, highspy))
    solver.run()
    values = np.array(solver.getSolution().col_value[: len(problem.choice)])
    at = np.full(len(problem.family_ids), -1, dtype=np.int64)
    families = np.repeat(np.arange(len(at)), np.diff(problem.choice_start))
    if len(values) == len(problem.choice):
        at[families[values > 0.5]] = problem.choice[values > 0.5]
    return at


def _model(problem: Problem, highspy: Any) -> Any:
    """Return the model: columns are the choices, then the groups."""
    n, m, entries = len(problem.family_ids), len(problem.group_ids), len(problem.choice)
    families = np.repeat(np.arange(n), np.diff(problem.choice_start))
    size, group = problem.size[families].astype(np.float64), problem.choice
    guests = size * ~problem.residents()
    free = (problem.capacity - problem.confirmed).clip(min=0).astype(np.float64)
    needed = (problem.minimum - problem.confirmed).clip(min=0).astype(np.float64)
    # Rows: a place per family; room, minimum and guest places per group.
    rows = np.concatenate([families, n + group, n + m + group, n + 2 * m + group, n + np.arange(2 * m)])
    columns = np.concatenate([np.tile(np.arange(entries), 4), entries + np.tile(np.arange(m), 2)])
    values = np.concatenate([np.ones(entries), size, size, guests, -free, -needed])
    started = problem.confirmed >= problem.minimum
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = entries + m, n + 3 * m
    model.col_cost_ = np.concatenate([size, np.where(started, 0.0, problem.confirmed)])
    model.col_lower_, model.col_upper_ = np.concatenate([np.zeros(entries), started * 1.0]), np.ones(entries + m)
    model.row_lower_ = np.concatenate([np.full(n + m, -np.inf), np.zeros(m), np.full(m, -np.inf)])
    model.row_upper_ = np.concatenate(
        [np.ones(n), np.zeros(m), np.full(m, np.inf), problem.guest_places.astype(np.float64)]
    )
    model.sense_ = highspy.ObjSense.kMaximize
    model.integrality_ = [highspy.HighsVarType.kInteger] * (entries + m)
    order = np.lexsort((rows, columns))
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=entries + m))])
    model.a_matrix_.index_, model.a_matrix_.value_ = rows[order], values[order]
    return model
