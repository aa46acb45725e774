"""One group's offers: made together or, when those that fell away leave too few, not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.base.errors import Refused
from booking.catalogue.districts import Atlas
from booking.catalogue.groups import Group
from booking.places import offers
from booking.places.explaining import Note
from booking.places.offers import Reason
from booking.places.reply_time import reply_by
from booking.places.runs import DecisionState, RunDecision
from booking.records.audit import Actor
from booking.records.policies import Policy


@dataclass(frozen=True, slots=True)
class Desk:
    """What holds for the whole of one publishing. `begins` is by group, `sent` counts a family's offers in a week."""

    run_id: int
    judged: frozenset[int]
    policy: Policy
    places: Atlas
    begins: Mapping[int, datetime]
    sent: Counter[int]
    told_from: datetime
    now: datetime
    by: Actor


def offer_group(db: Session, desk: Desk, group: Group, queue: list[RunDecision]) -> int:
    """Offer a group's places to these, the strongest claim first; return how many offers were made."""
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


def _offer(db: Session, desk: Desk, decision: RunDecision, group: Group) -> str | None:
    """Make one offer; return why not when it may not be made."""
    registration = decision.registration
    answer_by = reply_by(desk.told_from, desk.begins[group.id], desk.policy)
    if hindrance := _hindrance(desk, decision, answer_by):
        return hindrance.value
    reason = Reason(decision.reason_code, decision.reason_values)
    try:
        with db.begin_nested():
            offers.make(
                db, registration, group, reason=reason, reply_by=answer_by, told_from=desk.told_from,
                now=desk.now, by=desk.by, run_id=desk.run_id, judged=desk.judged,
            )  # fmt: skip
    except Refused as refusal:
        return refusal.code
    except IntegrityError:
        return Note.CONFLICT.value
    return None


def _hindrance(desk: Desk, decision: RunDecision, answer_by: datetime) -> Note | None:
    if answer_by <= desk.told_from:
        return Note.BEGUN
    if decision.registration.paused_at is not None:
        return Note.PAUSED
    sent = desk.sent[decision.registration.family_id]
    return Note.OFFERS_CAP if sent >= desk.policy.offers_per_week else None
