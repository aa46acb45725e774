"""What a run came to, written down: the decisions with their reasons, the figures, what it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from booking.allocation.files import result_text
from booking.allocation.plan import Plan
from booking.allocation.policy import RULE
from booking.allocation.reasons import Reason
from booking.allocation.verify import Breach
from booking.places import runs, steering
from booking.places.explaining import Note, OwnCode
from booking.places.run_engine.figures import figures
from booking.places.run_engine.loading import Loaded
from booking.places.runs import AllocationRun, RunDecision, RunSnapshot, RunState
from booking.places.steering import Steer
from booking.records import alarms
from booking.records.audit import SYSTEM

LONGEST_FAILURE = 500
FAILED = "plan_failed"

Row = dict[str, Any]


class Work(NamedTuple):
    """What the engine made of the rows, and whether it may be shown; `text` is the problem's."""

    loaded: Loaded
    text: str
    fingerprint: str
    plan: Plan
    breaches: list[Breach]


class Written(NamedTuple):
    """The same as it will stand in the database, made before anybody waits for the transaction."""

    work: Work
    values: Row
    decisions: list[Row]
    snapshot: RunSnapshot


def write(run_id: int, work: Work) -> Written:
    """Make the rows of a run that has been computed."""
    failure = "; ".join(f"{breach.rule}: {breach.sentence}" for breach in work.breaches)[:LONGEST_FAILURE] or None
    numbers = figures(work.loaded.problem, work.plan, work.loaded.aside)
    values = {"failure": failure, "rule": RULE, "figures": numbers, "fingerprint": work.fingerprint}
    breaches = json.dumps([breach._asdict() for breach in work.breaches]) if work.breaches else None
    snapshot = RunSnapshot(run_id=run_id, problem=work.text, result=result_text(work.plan), breaches=breaches)
    return Written(work, values, [*_decided(run_id, work), *_aside(run_id, work)], snapshot)


def store(db: Session, run_id: int, claimed_at: datetime, written: Written, *, now: datetime) -> None:
    """Write it all down; Refused when another worker has taken the run over."""
    work = written.work
    state = _state(db.get_one(AllocationRun, run_id), work)
    runs.settle(db, run_id, claimed_at, state, computed_at=now, **written.values)
    if written.decisions:
        # Rows without a group are written as they are; otherwise each change between the two costs a statement.
        db.execute(insert(RunDecision), written.decisions, execution_options={"render_nulls": True})
    db.add(written.snapshot)
    if state is RunState.PROPOSED:
        _take_over(db, run_id, work, now=now)
    elif state is RunState.FAILED:
        sound(db, run_id, now=now, breaches=len(work.breaches), rule=work.breaches[0].rule)


def sound(db: Session, run_id: int, *, now: datetime, **values: Any) -> None:
    """Tell the centre that a plan failed: no proposal comes until somebody has looked."""
    alarms.sound(db, FAILED, thing_kind=AllocationRun.__tablename__, thing_id=run_id, now=now, **values)


def _state(run: AllocationRun, work: Work) -> RunState:
    if work.breaches:
        return RunState.FAILED
    return RunState.TRIED if run.is_trial else RunState.PROPOSED


def _take_over(db: Session, run_id: int, work: Work, *, now: datetime) -> None:
    """The new proposal takes the place of the older, ends the steers it has found at their end, and quiets alarms."""
    runs.discard_older(db, run_id)
    for alarm in alarms.list_open(db, None):
        if alarm.kind == FAILED:
            alarms.settle(db, FAILED, thing_kind=alarm.thing_kind, thing_id=alarm.thing_id, now=now)
    for steer_id, (state, note) in work.loaded.steered.ended.items():
        try:
            steering.end(db, db.get_one(Steer, steer_id), state, note=note, now=now, by=SYSTEM)
        except steering.Refused:
            continue  # Somebody lifted it while the engine worked.


def _decided(run_id: int, work: Work) -> Iterator[Row]:
    """One row for every family that was weighed, in the order of the queue."""
    plan = work.plan
    for name in work.loaded.problem.family_ids:
        reason = plan.reasons[name]
        row = _row(run_id, int(name), reason.code.value, plan.placements.get(name), reason)
        fell = int(name) in work.loaded.steered.fallen
        yield row | {"note": Note.PIN_FELL.value} if fell else row


def _aside(run_id: int, work: Work) -> Iterator[Row]:
    """One row for everyone who was not weighed; a pin's group is theirs once it starts."""
    starts = {int(name) for name in work.plan.started} | work.loaded.steered.full_enough
    for registration_id, (code, group) in work.loaded.aside.items():
        if group is None or group in starts:
            yield _row(run_id, registration_id, code.value, group)
        else:
            yield _row(run_id, registration_id, OwnCode.PINNED_SHORT.value) | {"reason_group_id": group}


def _row(
    run_id: int, registration_id: int, code: str, group: str | int | None = None, reason: Reason | None = None
) -> Row:
    about = reason.group if reason else group
    return {
        "run_id": run_id,
        "registration_id": registration_id,
        "group_id": int(group) if group else None,
        "reason_code": code,
        "reason_group_id": int(about) if about else None,
        "reason_values": dict(reason.values) if reason else {},
        "note": None,
    }
