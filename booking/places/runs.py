"""Allocation runs: asked for, computed by a worker, looked at by staff, then published as offers.

This module is what the web may load. The computing itself, with the engine, is in `booking.places.run_engine` and is
loaded by workers alone.
"""

from __future__ import annotations

import enum
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.clock import today
from booking.base.db import Base, guarded, identity, personal, plain, states
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import new_code
from booking.base.texts import _
from booking.catalogue.groups import Group, GroupState
from booking.people.registrations import Registration
from booking.records import audit, policies
from booking.records.audit import SYSTEM, Actor

STUCK_AFTER = timedelta(minutes=15)
KEPT = timedelta(days=2)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
IN_HAND = timedelta(days=1)


class RunState(enum.Enum):
    """The life of an allocation run."""

    REQUESTED = "requested"  # Waits for a worker.
    COMPUTING = "computing"  # A worker has it.
    PROPOSED = "proposed"  # A verified proposal that staff can look at. Families see nothing.
    PUBLISHED = "published"  # Its offers have been made.
    DISCARDED = "discarded"  # Thrown away, by staff or because a newer proposal came.
    FAILED = "failed"  # The plan broke a hard rule, or computing failed: never published.


class DecisionState(enum.Enum):
    """What became of one registration's decision in a run."""

    PROPOSED = "proposed"  # As computed.
    EXCLUDED = "excluded"  # Held back by staff.
    OFFERED = "offered"  # An offer was made.
    STALE = "stale"  # Could no longer be offered when it was published; `note` says why.


class Refused(_Refused):
    """The run could not be changed."""


class AllocationRun(Base):
    """One allocation, with its rule version, seed and figures. `slot` is unique per scheduled occasion."""

    __tablename__ = "allocation_runs"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    code: Mapped[str] = plain(String(16), unique=True, default=new_code)
    slot: Mapped[str | None] = plain(String(40), unique=True)
    state: Mapped[RunState] = plain(states(RunState), default=RunState.REQUESTED)
    requested_by_id: Mapped[int | None] = plain(ForeignKey("accounts.id"))
    requested_at: Mapped[datetime] = plain()
    claimed_at: Mapped[datetime | None] = plain()
    computed_at: Mapped[datetime | None] = plain()
    published_at: Mapped[datetime | None] = plain()
    rule: Mapped[str | None] = plain(String(40))
    seed: Mapped[int] = plain(default=0)
    figures: Mapped[dict[str, Any]] = plain(default=dict)
    failure: Mapped[str | None] = plain(String(500))


class RunDecision(Base):
    """What a run decided for one registration, and why; group None means no place this time."""

    __tablename__ = "run_decisions"
    __table_args__ = (UniqueConstraint("run_id", "registration_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    run_id: Mapped[int] = plain(ForeignKey("allocation_runs.id"), index=True)
    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"), index=True)
    group_id: Mapped[int | None] = plain(ForeignKey("groups.id"))
    reason_code: Mapped[str] = plain(String(40))
    reason_group_id: Mapped[int | None] = plain(ForeignKey("groups.id"))
    reason_values: Mapped[dict[str, Any]] = personal(default=dict)
    state: Mapped[DecisionState] = plain(states(DecisionState), default=DecisionState.PROPOSED)
    note: Mapped[str | None] = plain(String(200))
    registration: Mapped[Registration] = relationship()
    group: Mapped[Group | None] = relationship(foreign_keys=[group_id])


def request(db: Session, *, now: datetime, by: Actor, slot: str | None = None) -> AllocationRun:
    """Ask for a run. A worker computes it; a run that is already waiting serves for this one too."""
    waiting = select(AllocationRun).where(AllocationRun.state == RunState.REQUESTED)
    if (found := db.scalars(waiting).first()) is not None:
        return found
    run = AllocationRun(requested_at=now, slot=slot, requested_by_id=by.id if by.kind == "account" else None)
    db.add(run)
    db.flush()
    audit.note(db, "run requested", run, now=now, by=by)
    return run


def discard(db: Session, run: AllocationRun, *, now: datetime, by: Actor) -> AllocationRun:
    """Throw a proposal away. Nothing has been sent, so nothing needs to be taken back."""
    turn(db, run, RunState.PROPOSED, RunState.DISCARDED)
    audit.note(db, "run discarded", run, now=now, by=by)
    return run


def exclude(db: Session, decision: RunDecision, *, now: datetime, by: Actor, reason: str) -> RunDecision:
    """Hold one proposed offer back; the family keeps its place in the queue."""
    statement = update(RunDecision).where(
        RunDecision.id == decision.id, RunDecision.state == DecisionState.PROPOSED, RunDecision.group_id.is_not(None)
    )
    refusal = Refused(_("Förslaget har redan ändrats."), code="changed")
    guarded(db, statement.values(state=DecisionState.EXCLUDED, note=None), refusal)
    audit.note(db, "decision excluded", decision, now=now, by=by, reason=reason)
    return decision


def _claimable(now: datetime) -> ColumnElement[bool]:
    left_behind = (AllocationRun.state == RunState.COMPUTING) & (AllocationRun.claimed_at <= now - STUCK_AFTER)
    return (AllocationRun.state == RunState.REQUESTED) | left_behind


def claim(db: Session, run_id: int, *, now: datetime) -> None:
    """Take a run to compute it: one that waits, or one whose worker has not been heard of for STUCK_AFTER."""
    statement = update(AllocationRun).where(AllocationRun.id == run_id, _claimable(now))
    refusal = Refused(_("Körningen har redan ändrats."), code="changed")
    guarded(db, statement.values(state=RunState.COMPUTING, claimed_at=now), refusal)


def settle(db: Session, run_id: int, claimed_at: datetime, state: RunState, **values: object) -> None:
    """Write down what became of a claimed run; refused when another worker has taken it over since."""
    statement = update(AllocationRun).where(
        AllocationRun.id == run_id, AllocationRun.state == RunState.COMPUTING, AllocationRun.claimed_at == claimed_at
    )
    refusal = Refused(_("Körningen har redan ändrats."), code="changed")
    guarded(db, statement.values(state=state, **values), refusal)


def discard_older(db: Session, run_id: int) -> None:
    """A new proposal takes the place of every other one."""
    others = update(AllocationRun).where(AllocationRun.id != run_id, AllocationRun.state == RunState.PROPOSED)
    db.execute(others.values(state=RunState.DISCARDED))


def forget_discarded(db: Session, *, now: datetime) -> None:
    """Remove what proposals thrown away KEPT ago would have decided: there are as many rows as families, every hour.

    The run with its figures stays, and so does what staff held back. A job calls it.
    """
    old = select(AllocationRun.id).where(
        AllocationRun.state == RunState.DISCARDED, AllocationRun.computed_at <= now - KEPT
    )
    idle = delete(RunDecision).where(RunDecision.run_id.in_(old), RunDecision.state == DecisionState.PROPOSED)
    db.execute(idle.execution_options(synchronize_session=False))


def request_due(db: Session, *, now: datetime) -> AllocationRun | None:
    """Ask for the run that is due, if one is. However many schedulers ask, there is one run for each occasion."""
    slot = None if _in_hand(db, now) else _occasion(db, now)
    if slot is None or db.scalars(select(AllocationRun.id).where(AllocationRun.slot == slot)).first() is not None:
        return None
    try:
        with db.begin_nested():
            return request(db, now=now, by=SYSTEM, slot=slot)
    except IntegrityError:
        return None


def _in_hand(db: Session, now: datetime) -> bool:
    """True while staff work in a proposal: one they have held somebody back in stands for a day."""
    held_back = select(RunDecision.id).where(
        RunDecision.run_id == AllocationRun.id, RunDecision.state == DecisionState.EXCLUDED
    )
    query = select(AllocationRun.id).where(
        AllocationRun.state == RunState.PROPOSED, AllocationRun.computed_at > now - IN_HAND, held_back.exists()
    )
    return db.scalars(query).first() is not None


def _occasion(db: Session, now: datetime) -> str | None:
    """The time slot nobody has asked in yet, or the place given back since the last run looked."""
    minutes = policies.current(db).allocation_every_minutes
    asked_at: datetime | None = db.scalar(select(func.max(AllocationRun.requested_at)))
    if minutes > 0:
        begun = now - (now - EPOCH) % timedelta(minutes=minutes)
        if asked_at is None or asked_at < begun:
            return f"time {begun.isoformat()}"
    looked_at: datetime | None = db.scalar(select(func.max(AllocationRun.claimed_at)))
    # A cancelled group counts too: those who lose their place come first, and shall not wait for the hour.
    stands = Group.state.in_((GroupState.OPEN, GroupState.CANCELLED))
    coming = select(func.max(Group.touched_at)).where(stands, Group.first_day > today(now))
    touched_at = db.scalar(coming)
    if touched_at is None or (looked_at is not None and touched_at < looked_at):
        return None
    return f"group {touched_at.isoformat()}"


def turn(db: Session, run: AllocationRun, before: RunState, after: RunState, **values: object) -> None:
    """Move a run from one state to the next, or refuse when someone was first."""
    statement = update(AllocationRun).where(AllocationRun.id == run.id, AllocationRun.state == before)
    guarded(db, statement.values(state=after, **values), Refused(_("Körningen har redan ändrats."), code="changed"))


def get_by_code(db: Session, code: str) -> AllocationRun:
    """The run with this code. Raises NotFound."""
    found = db.scalars(select(AllocationRun).where(AllocationRun.code == code)).first()
    if found is None:
        raise NotFound
    return found


def list_to_compute(db: Session, *, now: datetime) -> list[int]:
    """Ids of the runs a worker may claim, oldest first."""
    return list(db.scalars(select(AllocationRun.id).where(_claimable(now)).order_by(AllocationRun.id)))


def list_recent(db: Session, limit: int = 20) -> list[AllocationRun]:
    """The latest runs, newest first."""
    return list(db.scalars(select(AllocationRun).order_by(AllocationRun.id.desc()).limit(limit)))


def find_decision(db: Session, run_id: int, registration_id: int) -> RunDecision | None:
    """What a run decided for a registration."""
    query = select(RunDecision).where(RunDecision.run_id == run_id, RunDecision.registration_id == registration_id)
    return db.scalars(query).first()


def list_decisions(db: Session, run_id: int) -> list[RunDecision]:
    """Every decision of a run, those with a group first."""
    query = select(RunDecision).where(RunDecision.run_id == run_id)
    return list(db.scalars(query.order_by(RunDecision.group_id.is_(None), RunDecision.group_id, RunDecision.id)))
