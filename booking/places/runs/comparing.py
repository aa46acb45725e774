"""What changed from one run to another: who gains, loses or moves, and which groups now start or no longer do."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.texts import _
from booking.places.explaining import OwnCode
from booking.places.runs.decision import RunDecision
from booking.places.runs.run import COMPUTED, AllocationRun, Refused


@dataclass(frozen=True, slots=True)
class Move:
    """A registration and the groups it has in the other run (`before`) and in this one (`after`); ids, None is none."""

    registration_id: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What a run changes, seen from another run. Ids are row ids, in order; `seats` are persons, more or fewer.

    `gained` have a place in this run alone and `lost` in the other alone, though they are still weighed; `moved` have
    another group. `reached` are groups that start in this run alone, `short` those that start in the other alone.
    """

    gained: tuple[Move, ...]
    lost: tuple[Move, ...]
    moved: tuple[Move, ...]
    reached: tuple[int, ...]
    short: tuple[int, ...]
    seats: int

    @property
    def is_empty(self) -> bool:
        """True when nobody's place and no group differs."""
        return not (self.gained or self.lost or self.moved or self.reached or self.short)


def difference(db: Session, run: AllocationRun, other: AllocationRun) -> Difference:
    """What `run` changes, seen from `other`, which usually is the earlier one; two queries, however many families.

    Families who left the queue, or who got an offer or a place in between, are neither gained nor lost. Raises Refused
    (code "forgotten") when what one of them decided is no longer kept.
    """
    after, weighed = _placed(db, run)
    before, _weighed = _placed(db, other)
    moves = [Move(each, before.get(each), after.get(each)) for each in sorted(before.keys() | after.keys())]
    started, started_before = set(run.figures["started"]), set(other.figures["started"])
    return Difference(
        gained=tuple(move for move in moves if move.before is None),
        lost=tuple(move for move in moves if move.after is None and move.registration_id in weighed),
        moved=tuple(move for move in moves if None not in (move.before, move.after) and move.before != move.after),
        reached=tuple(sorted(started - started_before)),
        short=tuple(sorted(started_before - started)),
        seats=run.figures["seats"] - other.figures["seats"],
    )


def _placed(db: Session, run: AllocationRun) -> tuple[dict[int, int], set[int]]:
    """The group of each registration that has one, and all who were weighed."""
    query = select(RunDecision.registration_id, RunDecision.group_id, RunDecision.reason_code)
    rows = db.execute(query.where(RunDecision.run_id == run.id)).all()
    placed = {registration: group for registration, group, _code in rows if group is not None}
    if "started" not in run.figures or len(placed) < run.figures["placed"]:
        raise Refused(_("Det går inte att jämföra: den ena körningens detaljer är gallrade."), code="forgotten")
    return placed, {registration for registration, _group, code in rows if code != OwnCode.HAS_OFFER.value}


def find_previous(db: Session, run: AllocationRun) -> AllocationRun | None:
    """The run to compare this one with: what it is based on, or else the newest proposal before it."""
    if run.based_on is not None:
        return run.based_on
    query = select(AllocationRun).where(AllocationRun.id < run.id, AllocationRun.state.in_(COMPUTED))
    return db.scalars(query.order_by(AllocationRun.id.desc()).limit(1)).first()
