"""One group's offers: made together or, when those that fell away leave too few, not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.catalogue.districts import Atlas
from booking.catalogue.groups import Group
from booking.people.registrations import Registration
from booking.places import offers, steering
from booking.places.explaining import Note, OwnCode
from booking.places.offers import Proposal, Reason
from booking.places.placements import Facts, Refused
from booking.places.reply_time import reply_by
from booking.places.runs import DecisionState, RunDecision
from booking.places.steering import Steer
from booking.records.audit import Actor
from booking.records.policies import Policy


@dataclass(slots=True)
class Desk:
    """What holds for the whole of one publishing.

    `begins` is by group; `sent` counts a family's offers in a week; `steers` are what staff decided, by registration.
    """

    run_id: int
    judged: frozenset[int]
    policy: Policy
    places: Atlas
    begins: Mapping[int, datetime]
    sent: Counter[int]
    told_from: datetime
    now: datetime
    by: Actor
    registrations: Collection[Registration] = ()
    groups: Collection[Group] = ()
    steers: Mapping[int, Steer] | None = None
    known: Facts | None = None

    def facts(self, db: Session) -> Facts:
        """The facts about everybody in the proposal, read once; anew after something was undone."""
        if self.known is None:
            self.known = Facts(db, self.registrations, self.groups, judged=self.judged, places=self.places)
        return self.known

    def pin_of(self, decision: RunDecision) -> Steer | None:
        """What staff had decided for the family, when it is this group."""
        steer = (self.steers or {}).get(decision.registration_id)
        return steer if steer is not None and steer.group_id == decision.group_id else None

    def speaks_against(self, decision: RunDecision) -> bool:
        """True when staff have decided otherwise since: left the family out, pinned it elsewhere, lifted its pin."""
        if decision.reason_code == OwnCode.PINNED.value:
            return self.pin_of(decision) is None
        return decision.registration_id in (self.steers or {}) and self.pin_of(decision) is None


def offer_group(db: Session, desk: Desk, group: Group, queue: list[RunDecision]) -> int:
    """Offer a group's places to these, the strongest claim first; return how many offers were made."""
    with db.begin_nested() as wave:
        notes = _all(db, desk, group, queue)
        db.refresh(group, ["places_taken"])
        if group.places_taken < group.minimum:
            # Those who fell away leave too few: nobody is offered a group that would not start.
            wave.rollback()
            desk.known = None
            notes = [note or Note.TOO_FEW.value for note in notes]
    for decision, note in zip(queue, notes, strict=True):
        decision.state, decision.note = (DecisionState.STALE, note) if note else (DecisionState.OFFERED, None)
        if note is None:
            desk.sent[decision.registration.family_id] += 1
            if steer := desk.pin_of(decision):
                steering.use(db, steer, now=desk.now, by=desk.by)
    return notes.count(None)


def _all(db: Session, desk: Desk, group: Group, queue: list[RunDecision]) -> list[str | None]:
    """Make the offers together; one by one when the database itself refuses one of them, so that it harms no other."""
    try:
        with db.begin_nested():
            return _make(db, desk, group, queue)
    except IntegrityError:
        return [_one(db, desk, group, decision) for decision in queue]


def _one(db: Session, desk: Desk, group: Group, decision: RunDecision) -> str | None:
    desk.known = None
    try:
        with db.begin_nested():
            return _make(db, desk, group, [decision])[0]
    except IntegrityError:
        return Note.CONFLICT.value


def _make(db: Session, desk: Desk, group: Group, queue: list[RunDecision]) -> list[str | None]:
    """Make these offers; for each None, or why not when it may not be made."""
    answer_by = reply_by(desk.told_from, desk.begins[group.id], desk.policy)
    notes = {each.id: _hindrance(desk, each, answer_by) for each in queue}
    asked = [each for each in queue if notes[each.id] is None]
    made = offers.make_several(
        db, group, [_proposal(desk, each, answer_by) for each in asked], desk.facts(db),
        now=desk.now, by=desk.by, run_id=desk.run_id, told_from=desk.told_from,
    )  # fmt: skip
    notes |= {each.id: got.code for each, got in zip(asked, made, strict=True) if isinstance(got, Refused)}
    return [notes[each.id] for each in queue]


def _proposal(desk: Desk, decision: RunDecision, answer_by: datetime) -> Proposal:
    steer = desk.pin_of(decision)
    reason = Reason(decision.reason_code, decision.reason_values)
    return Proposal(decision.registration, reason, answer_by, override=steer.reason if steer else None)


def _hindrance(desk: Desk, decision: RunDecision, answer_by: datetime) -> str | None:
    if answer_by <= desk.told_from:
        return Note.BEGUN.value
    if desk.speaks_against(decision):
        return Note.STEERED.value
    if decision.registration.paused_at is not None:
        return Note.PAUSED.value
    sent = desk.sent[decision.registration.family_id]
    return Note.OFFERS_CAP.value if sent >= desk.policy.offers_per_week else None
