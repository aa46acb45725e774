"""The mapped class: one allocation run, its states, and the guarded steps from one to the next."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.db import Base, guarded, identity, plain, states
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import new_code
from booking.base.texts import _

STUCK_AFTER = timedelta(minutes=15)
KEPT = timedelta(days=2)


class RunState(enum.Enum):
    """The life of an allocation run."""

    REQUESTED = "requested"  # Waits for a worker.
    COMPUTING = "computing"  # A worker has it.
    PROPOSED = "proposed"  # A verified proposal that staff can look at; with `published_at`, the rest of one.
    PUBLISHED = "published"  # Its offers have been made: all of them, or what was published of it.
    DISCARDED = "discarded"  # Thrown away, by staff or because a newer proposal came.
    FAILED = "failed"  # The plan broke a hard rule, or computing failed: never published.
    TRIED = "tried"  # Showed what other capacities or minimums would do: never published.
    UNCHANGED = "unchanged"  # Nothing had changed since the run it is based on, whose proposal stands.


COMPUTED = (RunState.PROPOSED, RunState.PUBLISHED, RunState.DISCARDED)
"""States of a run whose plan was a proposal, then or now."""


class Refused(_Refused):
    """The run could not be changed."""


class AllocationRun(Base):
    """One allocation, with its rule version, seed and figures. `slot` is unique per scheduled occasion.

    `trial` is what staff wanted to see: {"groups": {"<group id>": {"capacity": 14, "minimum": 6}}}. `based_on` is the
    run that a trial is compared with, or the one that stands when nothing had changed. `fingerprint` is the hash of
    what it was computed from; two runs with the same one would decide the same.
    """

    __tablename__ = "allocation_runs"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    code: Mapped[str] = plain(String(16), unique=True, default=new_code)
    slot: Mapped[str | None] = plain(String(40), unique=True)
    state: Mapped[RunState] = plain(states(RunState), default=RunState.REQUESTED, index=True)
    requested_by_id: Mapped[int | None] = plain(ForeignKey("accounts.id"))
    requested_at: Mapped[datetime] = plain()
    claimed_at: Mapped[datetime | None] = plain()
    computed_at: Mapped[datetime | None] = plain()
    published_at: Mapped[datetime | None] = plain()
    rule: Mapped[str | None] = plain(String(40))
    seed: Mapped[int] = plain(default=0)
    figures: Mapped[dict[str, Any]] = plain(default=dict)
    failure: Mapped[str | None] = plain(String(500))
    based_on_id: Mapped[int | None] = plain(ForeignKey("allocation_runs.id"))
    trial: Mapped[dict[str, Any] | None] = plain(JSON(none_as_null=True))
    fingerprint: Mapped[str | None] = plain(String(64))
    based_on: Mapped[AllocationRun | None] = relationship(remote_side=[id])

    @property
    def is_trial(self) -> bool:
        """True when it only shows what a change would do."""
        return self.trial is not None


def _claimable(now: datetime) -> ColumnElement[bool]:
    left_behind = (AllocationRun.state == RunState.COMPUTING) & (AllocationRun.claimed_at <= now - STUCK_AFTER)
    return (AllocationRun.state == RunState.REQUESTED) | left_behind


def claim(db: Session, run_id: int, *, now: datetime) -> None:
    """Take a run to compute it: one that waits, or one whose worker has not been heard of for STUCK_AFTER."""
    statement = update(AllocationRun).where(AllocationRun.id == run_id, _claimable(now))
    guarded(db, statement.values(state=RunState.COMPUTING, claimed_at=now), _changed())


def give_back(db: Session, run_id: int, claimed_at: datetime) -> None:
    """Leave a claimed run to the next worker: this one has been told to end."""
    statement = update(AllocationRun).where(_claimed(run_id, claimed_at))
    guarded(db, statement.values(state=RunState.REQUESTED, claimed_at=None), _changed())


def settle(db: Session, run_id: int, claimed_at: datetime, state: RunState, **values: object) -> None:
    """Write down what became of a claimed run; refused when another worker has taken it over since."""
    statement = update(AllocationRun).where(_claimed(run_id, claimed_at))
    guarded(db, statement.values(state=state, **values), _changed())


def _claimed(run_id: int, claimed_at: datetime) -> ColumnElement[bool]:
    mine = (AllocationRun.id == run_id) & (AllocationRun.claimed_at == claimed_at)
    return mine & (AllocationRun.state == RunState.COMPUTING)


def turn(db: Session, run: AllocationRun, before: RunState, after: RunState, **values: object) -> None:
    """Move a run from one state to the next, or refuse when someone was first."""
    statement = update(AllocationRun).where(AllocationRun.id == run.id, AllocationRun.state == before)
    guarded(db, statement.values(state=after, **values), _changed())


def _changed() -> Refused:
    return Refused(_("Körningen har redan ändrats."), code="changed")


def get_by_code(db: Session, code: str) -> AllocationRun:
    """The run with this code. Raises NotFound."""
    found = db.scalars(select(AllocationRun).where(AllocationRun.code == code)).first()
    if found is None:
        raise NotFound
    return found


def find_last(db: Session) -> AllocationRun | None:
    """The newest run that made a proposal, whatever became of it."""
    query = select(AllocationRun).where(AllocationRun.state.in_(COMPUTED))
    return db.scalars(query.order_by(AllocationRun.id.desc()).limit(1)).first()


def last_look(db: Session, run: AllocationRun) -> AllocationRun:
    """The newest run that says what this one says: itself, or one that has looked since and found nothing changed."""
    unchanged = (AllocationRun.based_on_id == run.id) & (AllocationRun.state == RunState.UNCHANGED)
    query = select(AllocationRun).where((AllocationRun.id == run.id) | unchanged)
    return db.scalars(query.order_by(AllocationRun.id.desc()).limit(1)).one()


def list_to_compute(db: Session, *, now: datetime) -> list[int]:
    """Ids of the runs a worker may claim, oldest first."""
    return list(db.scalars(select(AllocationRun.id).where(_claimable(now)).order_by(AllocationRun.id)))


def list_recent(db: Session, limit: int = 20) -> list[AllocationRun]:
    """The latest runs, newest first; those in which nothing had changed are left out."""
    query = select(AllocationRun).where(AllocationRun.state != RunState.UNCHANGED)
    return list(db.scalars(query.order_by(AllocationRun.id.desc()).limit(limit)))
