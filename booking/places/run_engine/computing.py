"""One run, from asked for to proposed. Short transactions at both ends; none is open while the engine works.

A plan that breaks a hard rule is kept with its breaches as a failed run: nobody can publish it.
"""

from __future__ import annotations

import traceback
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import insert
from sqlalchemy.orm import Session

from booking.allocation.engine import allocate
from booking.allocation.plan import Plan
from booking.allocation.policy import RULE
from booking.allocation.reasons import Reason
from booking.allocation.rows import ProblemError
from booking.allocation.verify import Breach, verify
from booking.base.clock import Clock
from booking.base.db import Database
from booking.places import runs
from booking.places.run_engine.figures import figures
from booking.places.run_engine.loading import Loaded, load
from booking.places.runs import RunDecision, RunState

TIME_LIMIT_SECONDS = 60
LONGEST_FAILURE = 500

log = structlog.get_logger()


class _Work(NamedTuple):
    """What the engine made of the rows, and whether it may be shown."""

    loaded: Loaded
    plan: Plan
    breaches: list[Breach]


def compute_waiting(database: Database, clock: Clock) -> int:
    """Compute every run that waits, and those a worker left behind; return how many were worked on."""
    with database.reading() as db:
        waiting = runs.list_to_compute(db, now=clock())
    return sum(compute(database, run_id, clock=clock) for run_id in waiting)


def compute(database: Database, run_id: int, *, clock: Clock) -> bool:
    """Compute one run; False when another worker has it. A fault is stored in the run, never raised."""
    claimed_at = clock()
    try:
        with database.transaction() as db:
            runs.claim(db, run_id, now=claimed_at)
    except runs.Refused:
        return False
    try:
        work = _work(database, claimed_at)
        with database.transaction() as db:
            _store(db, run_id, claimed_at, work, now=clock())
    except runs.Refused:
        log.warning("run taken over", run=run_id)
    except Exception as fault:
        log.error("run failed", run=run_id, fault=type(fault).__name__, where=_where(fault))
        with database.transaction() as db:
            runs.settle(db, run_id, claimed_at, RunState.FAILED, failure=_described(fault), computed_at=clock())
    return True


def _work(database: Database, now: datetime) -> _Work:
    with database.reading() as db:
        loaded = load(db, now)
    plan = allocate(loaded.problem, time_limit=TIME_LIMIT_SECONDS)
    return _Work(loaded, plan, verify(loaded.problem, plan))


def _store(db: Session, run_id: int, claimed_at: datetime, work: _Work, *, now: datetime) -> None:
    state = RunState.FAILED if work.breaches else RunState.PROPOSED
    failure = "; ".join(f"{breach.rule}: {breach.sentence}" for breach in work.breaches)[:LONGEST_FAILURE] or None
    numbers = figures(work.loaded.problem, work.plan, len(work.loaded.left_out))
    runs.settle(db, run_id, claimed_at, state, failure=failure, computed_at=now, rule=RULE, figures=numbers)
    if decisions := [*_decided(run_id, work), *_left_out(run_id, work)]:
        # Rows without a group are written as they are; otherwise each change between the two costs a statement.
        db.execute(insert(RunDecision), decisions, execution_options={"render_nulls": True})
    if state is RunState.PROPOSED:
        runs.discard_older(db, run_id)


def _decided(run_id: int, work: _Work) -> list[dict[str, Any]]:
    """One row for every family that was weighed, in the order of the queue."""
    plan = work.plan
    return [
        _row(run_id, int(name), plan.reasons[name].code.value, plan.placements.get(name), plan.reasons[name])
        for name in work.loaded.problem.family_ids
    ]


def _left_out(run_id: int, work: _Work) -> list[dict[str, Any]]:
    return [_row(run_id, registration_id, code.value) for registration_id, code in work.loaded.left_out.items()]


def _row(
    run_id: int, registration_id: int, code: str, group: str | None = None, reason: Reason | None = None
) -> dict[str, Any]:
    about = reason.group if reason else None
    return {
        "run_id": run_id,
        "registration_id": registration_id,
        "group_id": int(group) if group else None,
        "reason_code": code,
        "reason_group_id": int(about) if about else None,
        "reason_values": dict(reason.values) if reason else {},
    }


def _described(fault: Exception) -> str:
    # A refused problem names row ids alone. Other faults may quote what they choked on, so only their kind is kept.
    text = str(fault) if isinstance(fault, ProblemError) else type(fault).__name__
    return text[:LONGEST_FAILURE]


def _where(fault: Exception) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(fault.__traceback__)]
