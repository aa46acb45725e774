"""Publishing: a proposal becomes offers, in waves, each judged once more against the world as it is now.

An offer that may no longer be made marks its decision stale and harms no other; the family is in the next run. A
group that would not reach its minimum is not offered to anyone. Loads no engine: the web may call it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from booking.base import clock
from booking.base.errors import Refused
from booking.base.texts import _
from booking.catalogue import groups
from booking.catalogue.districts import Atlas, atlas
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState
from booking.places import offers, placements, runs
from booking.places.explaining import LEFT_OUT, Note
from booking.places.offers import Reason
from booking.places.reply_time import reply_by
from booking.places.runs import AllocationRun, DecisionState, RunDecision, RunState
from booking.records import audit, policies
from booking.records.audit import Actor
from booking.records.policies import Policy

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Published:
    """How many offers were made, and how many proposed ones were not because something had changed."""

    offered: int
    stale: int


@dataclass(frozen=True, slots=True)
class _Desk:
    """What holds for the whole of one publishing. `begins` is by group, `sent` counts a family's offers in a week."""

    run_id: int
    judged: frozenset[int]
    policy: Policy
    places: Atlas
    begins: dict[int, datetime]
    sent: Counter[int]
    now: datetime
    by: Actor


def publish(db: Session, run: AllocationRun, *, now: datetime, by: Actor) -> Published:
    """Turn a proposal into offers, once. Raises runs.Refused when it is no proposal, or no longer the newest."""
    if _newer(db, run):
        raise runs.Refused(_("Det finns ett nyare förslag."), code="newer")
    runs.turn(db, run, RunState.PROPOSED, RunState.PUBLISHED, published_at=now)
    proposed = _proposed(db, run.id)
    locked = groups.lock(db, list(proposed))
    placements.lock_families(db, {each.registration.family_id for those in proposed.values() for each in those})
    desk = _desk(db, run.id, locked, now, by)
    offered = sum(_offer_group(db, desk, group, proposed[group.id]) for group in _waves(desk, locked.values()))
    audit.note(db, "run published", run, now=now, by=by)
    return Published(offered, sum(map(len, proposed.values())) - offered)


def _newer(db: Session, run: AllocationRun) -> bool:
    query = select(AllocationRun.id).where(
        AllocationRun.state.in_((RunState.PROPOSED, RunState.PUBLISHED)), AllocationRun.computed_at > run.computed_at
    )
    return db.scalars(query).first() is not None


def _proposed(db: Session, run_id: int) -> dict[int, list[RunDecision]]:
    """The decisions to be offered, by group; locked, so that nobody holds one back meanwhile."""
    query = select(RunDecision).where(
        RunDecision.run_id == run_id,
        RunDecision.group_id.is_not(None),
        RunDecision.state == DecisionState.PROPOSED,
    )
    found: dict[int, list[RunDecision]] = defaultdict(list)
    for decision in db.scalars(query.with_for_update().options(selectinload(RunDecision.registration))):
        if decision.group_id is not None:
            found[decision.group_id].append(decision)
    return found


def _desk(db: Session, run_id: int, locked: dict[int, Group], now: datetime, by: Actor) -> _Desk:
    weighed = select(RunDecision.registration_id).where(
        RunDecision.run_id == run_id, RunDecision.reason_code.not_in(LEFT_OUT)
    )
    return _Desk(
        run_id=run_id,
        judged=frozenset(db.scalars(weighed)),
        policy=policies.current(db),
        places=atlas(db),
        begins=_begins(db, locked),
        sent=offers.sent_since(db, now - WEEK),
        now=now,
        by=by,
    )


def _begins(db: Session, locked: dict[int, Group]) -> dict[int, datetime]:
    query = select(GroupSession.group_id, func.min(GroupSession.starts_at)).where(
        GroupSession.group_id.in_(locked), GroupSession.state == SessionState.PLANNED
    )
    found = dict(db.execute(query.group_by(GroupSession.group_id)).all())
    return {each.id: found.get(each.id) or clock.at(each.first_day, each.starts_at) for each in locked.values()}


def _waves(desk: _Desk, locked: Collection[Group]) -> list[Group]:
    """The groups nearest their start first; of those that start together, the ones nearest their minimum."""
    return sorted(locked, key=lambda each: (desk.begins[each.id], max(0, each.minimum - each.places_taken), each.id))


def _offer_group(db: Session, desk: _Desk, group: Group, decisions: list[RunDecision]) -> int:
    """Offer a group's places, strongest claim first; return how many offers were made."""
    queue = sorted(decisions, key=lambda each: placements.claim(each.registration, group, desk.places))
    with db.begin_nested() as wave:
        notes = [_offer(db, desk, decision, group) for decision in queue]
        db.refresh(group, ["places_taken"])
        if group.places_taken < group.minimum:
            # Those who fell away leave too few: nobody is offered a group that would not start.
            wave.rollback()
            notes = [note or Note.TOO_FEW.value for note in notes]
    for decision, note in zip(queue, notes, strict=True):
        decision.state, decision.note = (DecisionState.STALE, note) if note else (DecisionState.OFFERED, None)
        desk.sent[decision.registration.family_id] += note is None
    db.flush()
    return notes.count(None)


def _offer(db: Session, desk: _Desk, decision: RunDecision, group: Group) -> str | None:
    """Make one offer; return why not when it may not be made."""
    registration = decision.registration
    answer_by = reply_by(desk.now, desk.begins[group.id], desk.policy)
    if hindrance := _hindrance(desk, decision, answer_by):
        return hindrance.value
    reason = Reason(decision.reason_code, decision.reason_values)
    try:
        with db.begin_nested():
            offers.make(
                db, registration, group,
                reason=reason, reply_by=answer_by, now=desk.now, by=desk.by, run_id=desk.run_id, judged=desk.judged,
            )  # fmt: skip
    except Refused as refusal:
        return refusal.code
    except IntegrityError:
        return Note.CONFLICT.value
    return None


def _hindrance(desk: _Desk, decision: RunDecision, answer_by: datetime) -> Note | None:
    if answer_by <= desk.now:
        return Note.BEGUN
    if decision.registration.paused_at is not None:
        return Note.PAUSED
    sent = desk.sent[decision.registration.family_id]
    return Note.OFFERS_CAP if sent >= desk.policy.offers_per_week else None
