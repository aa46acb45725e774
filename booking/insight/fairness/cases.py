"""What is stored about one run and its offers, as it was written down at the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.places.offers import Offer
from booking.places.placements import Placement
from booking.places.runs import AllocationRun, DecisionState, RunDecision, RunSnapshot, RunState
from booking.places.steering import Steer, SteerKind
from booking.records.audit import AuditEntry, AuditValue


class Finding(NamedTuple):
    """One breach: in which run, about which row (such as "offer 12"), and what is wrong."""

    run: str
    about: str
    sentence: str

    def __str__(self) -> str:
        """One line."""
        return f"run {self.run}: {self.about}: {self.sentence}"


class Decided(NamedTuple):
    """What a run decided for a registration, and what became of it."""

    id: int
    registration: int
    group: int | None
    code: str
    state: DecisionState
    note: str | None


class Offered(NamedTuple):
    """An offer that a run led to; `override` is the reason staff gave for passing others, if they did."""

    id: int
    registration: int
    group: int
    code: str
    override: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """One run with all that is stored about it.

    `pins` are (registration, group); `reasoned` are ids of decisions that somebody held back and said why.
    """

    code: str
    state: RunState
    rule: str | None
    problem: str | None
    result: str | None
    decisions: dict[int, Decided]
    offers: list[Offered]
    pins: set[tuple[int, int]]
    reasoned: set[int]


def list_runs(db: Session, *, since: datetime | None) -> list[int]:
    """Ids of the runs of which something is kept, or that led to an offer; the oldest first."""
    kept = select(RunSnapshot.run_id).where(RunSnapshot.run_id == AllocationRun.id).exists()
    led = select(Offer.id).where(Offer.run_id == AllocationRun.id).exists()
    query = select(AllocationRun.id).where(or_(kept, led)).order_by(AllocationRun.id)
    return list(db.scalars(query if since is None else query.where(AllocationRun.requested_at >= since)))


def read(db: Session, run_id: int) -> Case:
    """Everything about one run; six queries."""
    run = db.get_one(AllocationRun, run_id)
    kept = db.get(RunSnapshot, run_id)
    return Case(
        code=run.code,
        state=run.state,
        rule=run.rule,
        problem=kept.problem if kept else None,
        result=kept.result if kept else None,
        decisions=_decisions(db, run_id),
        offers=_offers(db, run_id),
        pins=_pins(db, run_id),
        reasoned=_reasoned(db, run_id),
    )


def _decisions(db: Session, run_id: int) -> dict[int, Decided]:
    query = select(
        RunDecision.id, RunDecision.registration_id, RunDecision.group_id, RunDecision.reason_code, RunDecision.state,
        RunDecision.note,
    ).where(RunDecision.run_id == run_id)  # fmt: skip
    return {row.registration_id: Decided(*row) for row in db.execute(query)}


def _offers(db: Session, run_id: int) -> list[Offered]:
    query = (
        select(Offer.id, Offer.registration_id, Offer.group_id, Offer.reason_code, Placement.override)
        .join(Placement, Placement.id == Offer.placement_id)
        .where(Offer.run_id == run_id)
        .order_by(Offer.id)
    )
    return [Offered(*row) for row in db.execute(query)]


def _pins(db: Session, run_id: int) -> set[tuple[int, int]]:
    mine = select(Offer.registration_id).where(Offer.run_id == run_id)
    query = select(Steer.registration_id, Steer.group_id).where(
        Steer.kind == SteerKind.PIN, Steer.registration_id.in_(mine)
    )
    return {(registration, group) for registration, group in db.execute(query) if group is not None}


def _reasoned(db: Session, run_id: int) -> set[int]:
    mine = select(RunDecision.id).where(RunDecision.run_id == run_id, RunDecision.state == DecisionState.EXCLUDED)
    query = select(AuditEntry.thing_id).where(
        AuditEntry.thing == RunDecision.__tablename__,
        AuditEntry.thing_id.in_(mine),
        select(AuditValue.id).where(AuditValue.entry_id == AuditEntry.id, AuditValue.field == "reason").exists(),
    )
    return set(db.scalars(query))
