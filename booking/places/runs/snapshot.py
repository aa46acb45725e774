"""What a run was computed from and came to, kept sealed, so that it can be checked again years later.

Published and failed runs keep theirs. A proposal that nobody published, or a trial, is forgotten after KEPT: it says
about every family that waits where it can go, and it comes every hour.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, personal, plain
from booking.base.secrecy import SealedText
from booking.places.offers import Offer
from booking.places.runs.decision import DecisionState, RunDecision
from booking.places.runs.run import KEPT, AllocationRun, RunState


class RunSnapshot(Base):
    """A run's problem and result as the texts of `booking.allocation.files`; `breaches` is a JSON list, or None.

    Each breach is {"rule", "family", "group", "sentence"}; families and groups are row ids as text.
    """

    __tablename__ = "run_snapshots"

    run_id: Mapped[int] = plain(ForeignKey("allocation_runs.id"), primary_key=True)
    problem: Mapped[str] = personal(SealedText)
    result: Mapped[str] = personal(SealedText)
    breaches: Mapped[str | None] = personal(SealedText)


def find_snapshot(db: Session, run_id: int) -> RunSnapshot | None:
    """What the run was computed from, unless it was forgotten."""
    return db.get(RunSnapshot, run_id)


def forget_discarded(db: Session, *, now: datetime) -> None:
    """Remove what proposals thrown away KEPT ago, and trials, would have decided: as many rows as families, every hour.

    The run with its figures stays, and so does what staff held back. Of runs in which nothing had changed nothing
    stays. A job calls it.
    """
    over = (RunState.DISCARDED, RunState.TRIED)
    old = select(AllocationRun.id).where(AllocationRun.state.in_(over), AllocationRun.computed_at <= now - KEPT)
    # A proposal of which some was published before a newer one came has told families something: it is kept whole.
    old = old.where(~select(Offer.id).where(Offer.run_id == AllocationRun.id).exists())
    idle = RunDecision.run_id.in_(old), RunDecision.state == DecisionState.PROPOSED
    empty = AllocationRun.state == RunState.UNCHANGED, AllocationRun.computed_at <= now - KEPT
    for statement in (
        delete(RunDecision).where(*idle),
        delete(RunSnapshot).where(RunSnapshot.run_id.in_(old)),
        delete(AllocationRun).where(*empty),
    ):
        db.execute(statement.execution_options(synchronize_session=False))
