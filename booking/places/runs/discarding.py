"""Throwing a proposal away, or what is left of it when some has been published: what has been, stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, case, literal, select, update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.texts import _
from booking.places.explaining import Note
from booking.places.runs.decision import DecisionState, RunDecision
from booking.places.runs.run import AllocationRun, Refused, RunState
from booking.records import audit
from booking.records.audit import Actor


def discard(db: Session, run: AllocationRun, *, now: datetime, by: Actor) -> AllocationRun:
    """Throw a proposal away, or the rest of one: that has not been sent, so nothing needs to be taken back."""
    proposed = (AllocationRun.id == run.id) & (AllocationRun.state == RunState.PROPOSED)
    _lock(db, proposed)
    _leave_the_rest(db, proposed)
    refusal = Refused(_("Körningen har redan ändrats."), code="changed")
    guarded(db, update(AllocationRun).where(proposed).values(state=_ended()), refusal)
    audit.note(db, "run discarded", run, now=now, by=by)
    return run


def discard_older(db: Session, run_id: int) -> None:
    """A new proposal takes the place of every other one."""
    others = (AllocationRun.id != run_id) & (AllocationRun.state == RunState.PROPOSED)
    _lock(db, others)
    _leave_the_rest(db, others)
    db.execute(update(AllocationRun).where(others).values(state=_ended()))


def _lock(db: Session, those: ColumnElement[bool]) -> None:
    # The runs before their decisions, as publishing does: nobody waits in a circle, and what is being published of a
    # run this moment is done before the rest is thrown away.
    db.execute(select(AllocationRun.id).where(those).order_by(AllocationRun.id).with_for_update())


def _ended() -> ColumnElement[RunState]:
    """A proposal of which some was published ends as a published one."""
    kind = AllocationRun.state.type
    published = literal(RunState.PUBLISHED, kind)
    return case((AllocationRun.published_at.is_not(None), published), else_=literal(RunState.DISCARDED, kind))


def _leave_the_rest(db: Session, those: ColumnElement[bool]) -> None:
    """Say of what was never published of these runs that it was not."""
    begun = select(AllocationRun.id).where(those, AllocationRun.published_at.is_not(None))
    rest = update(RunDecision).where(
        RunDecision.run_id.in_(begun), RunDecision.group_id.is_not(None), RunDecision.state == DecisionState.PROPOSED
    )
    values = {"state": DecisionState.STALE, "note": Note.NOT_PUBLISHED.value}
    db.execute(rest.values(values).execution_options(synchronize_session=False))
