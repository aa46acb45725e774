"""What a run decided for each registration, and why."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.db import Base, guarded, identity, personal, plain, states
from booking.base.texts import _
from booking.catalogue.groups import Group
from booking.people.registrations import Registration
from booking.places.runs.run import Refused
from booking.records import audit
from booking.records.audit import Actor


class DecisionState(enum.Enum):
    """What became of one registration's decision in a run."""

    PROPOSED = "proposed"  # As computed.
    EXCLUDED = "excluded"  # Held back by staff.
    OFFERED = "offered"  # An offer was made.
    STALE = "stale"  # Could no longer be offered when it was published; `note` says why.


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


def exclude(db: Session, decision: RunDecision, *, now: datetime, by: Actor, reason: str) -> RunDecision:
    """Hold one proposed offer back, in this proposal alone; the family keeps its place in the queue.

    `steering.exclude` holds a family back until somebody lifts it.
    """
    statement = update(RunDecision).where(
        RunDecision.id == decision.id, RunDecision.state == DecisionState.PROPOSED, RunDecision.group_id.is_not(None)
    )
    refusal = Refused(_("Förslaget har redan ändrats."), code="changed")
    guarded(db, statement.values(state=DecisionState.EXCLUDED, note=None), refusal)
    audit.note(db, "decision excluded", decision, now=now, by=by, reason=reason)
    return decision


def release(db: Session, decision: RunDecision, *, now: datetime, by: Actor) -> RunDecision:
    """Let an offer that was held back be published with the others again."""
    statement = update(RunDecision).where(
        RunDecision.id == decision.id, RunDecision.state == DecisionState.EXCLUDED, RunDecision.group_id.is_not(None)
    )
    refusal = Refused(_("Förslaget har redan ändrats."), code="changed")
    guarded(db, statement.values(state=DecisionState.PROPOSED), refusal)
    audit.note(db, "decision released", decision, now=now, by=by)
    return decision


def find_decision(db: Session, run_id: int, registration_id: int) -> RunDecision | None:
    """What a run decided for a registration."""
    query = select(RunDecision).where(RunDecision.run_id == run_id, RunDecision.registration_id == registration_id)
    return db.scalars(query).first()


def list_decisions(db: Session, run_id: int) -> list[RunDecision]:
    """Every decision of a run, those with a group first."""
    query = select(RunDecision).where(RunDecision.run_id == run_id)
    return list(db.scalars(query.order_by(RunDecision.group_id.is_(None), RunDecision.group_id, RunDecision.id)))
