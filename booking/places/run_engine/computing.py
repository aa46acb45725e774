"""One run, from asked for to proposed. Short transactions at both ends; none is open while the engine works.

A plan that breaks a hard rule is kept with its breaches as a failed run: nobody can publish it, and an alarm sounds.
A run that only its hour asked for is not computed when nothing has changed since the last one.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy.orm import Session

from booking.allocation.engine import allocate
from booking.allocation.files import problem_text
from booking.allocation.plan import Before
from booking.allocation.rows import ProblemError
from booking.allocation.verify import verify
from booking.base.clock import Clock, today
from booking.base.db import Database
from booking.places import runs
from booking.places.run_engine import trying, warm
from booking.places.run_engine.loading import Loaded, load
from booking.places.run_engine.storing import LONGEST_FAILURE, Work, sound, store, write
from booking.places.runs import AllocationRun, RunState

TIME_LIMIT_SECONDS = 60

Stopping = Callable[[], bool]

log = structlog.get_logger()


class _Task(NamedTuple):
    """What is to be computed; `same` is the id of the run that says it all already."""

    loaded: Loaded
    text: str
    fingerprint: str
    before: Before | None
    same: int | None


def _never() -> bool:
    return False


def compute_waiting(database: Database, clock: Clock, stopping: Stopping = _never) -> int:
    """Compute every run that waits, and those a worker left behind; return how many were worked on."""
    with database.reading() as db:
        waiting = runs.list_to_compute(db, now=clock())
    return sum(compute(database, run_id, clock=clock, stopping=stopping) for run_id in waiting if not stopping())


def compute(database: Database, run_id: int, *, clock: Clock, stopping: Stopping = _never) -> bool:
    """Compute one run; False when another worker has it. A fault is stored in the run, never raised."""
    claimed_at = clock()
    try:
        with database.transaction() as db:
            runs.claim(db, run_id, now=claimed_at)
    except runs.Refused:
        return False
    try:
        _compute(database, run_id, claimed_at, clock, stopping)
    except runs.Refused:
        log.warning("run taken over", run=run_id)
    except Exception as fault:
        log.error("run failed", run=run_id, fault=type(fault).__name__, where=_where(fault))
        # Whoever has taken it over says what becomes of it, and the runs that wait behind it are computed all the same.
        with suppress(runs.Refused), database.transaction() as db:
            runs.settle(db, run_id, claimed_at, RunState.FAILED, failure=_described(fault), computed_at=clock())
            sound(db, run_id, now=clock(), breaches=0, rule="")
    return True


def _compute(database: Database, run_id: int, claimed_at: datetime, clock: Clock, stopping: Stopping) -> None:
    with database.reading() as db:
        task = _task(db, db.get_one(AllocationRun, run_id), claimed_at)
    if stopping() or task.same is not None:
        with database.transaction() as db:
            _leave(db, run_id, claimed_at, task, now=clock())
        return
    plan = allocate(task.loaded.problem, time_limit=TIME_LIMIT_SECONDS, before=task.before)
    work = Work(task.loaded, task.text, task.fingerprint, plan, verify(task.loaded.problem, plan))
    written = write(run_id, work)
    with database.transaction() as db:
        store(db, run_id, claimed_at, written, now=clock())


def _task(db: Session, run: AllocationRun, now: datetime) -> _Task:
    based_on = trying.as_in(db, run.based_on) if run.is_trial and run.based_on else None
    loaded = based_on or load(db, now, seed=run.seed)
    if run.trial is not None:
        loaded = trying.changed(db, loaded, run.trial, today(now))
    text = problem_text(loaded.problem)
    mark = warm.fingerprint(loaded, text)
    same = warm.find_same(db, run, mark)
    if same is not None:
        return _Task(loaded, text, mark, None, same.id)
    return _Task(loaded, text, mark, warm.before(db, run, loaded.problem, text), None)


def _leave(db: Session, run_id: int, claimed_at: datetime, task: _Task, *, now: datetime) -> None:
    """Nothing has changed, or the process is to end and another worker shall compute."""
    if task.same is None:
        runs.give_back(db, run_id, claimed_at)
        return
    runs.settle(
        db, run_id, claimed_at, RunState.UNCHANGED,
        computed_at=now, based_on_id=task.same, fingerprint=task.fingerprint,
    )  # fmt: skip


def _described(fault: Exception) -> str:
    # A refused problem names row ids alone. Other faults may quote what they choked on, so only their kind is kept.
    text = str(fault) if isinstance(fault, ProblemError) else type(fault).__name__
    return text[:LONGEST_FAILURE]


def _where(fault: Exception) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(fault.__traceback__)]
