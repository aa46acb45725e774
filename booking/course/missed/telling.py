"""The warm message after a no-show: once for each meeting and carer, and only with a next meeting to come to.

It goes the same evening, an hour after the meeting at the earliest, so that a leader has time to correct a tick; until
nine o'clock, though the night has begun. What is ticked later goes the next day, from nine in the morning on. After
that it says nothing any more. Families who chose *discreet* get none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.clock import at, local, next_day
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance
from booking.course.attendance import Attendance
from booking.course.missed.staying_away import at_meetings
from booking.outbox import messages
from booking.outbox.messages import Message, MessageState
from booking.people.families import Carer
from booking.places.placements import Placement, PlacementState

KIND = "missed"
AFTER = timedelta(hours=1)
EVENING_UNTIL, SLACK = time(21), timedelta(minutes=15)
MORNING, DAY_UNTIL = time(9), time(20)
LOOK_BACK = timedelta(days=2)
EVENING, NEXT_DAY = 1, 2


@dataclass(frozen=True, slots=True)
class Moment:
    """When the message goes. `version` tells the same evening from the day after; a night message is urgent."""

    version: int
    not_before: datetime
    not_after: datetime
    urgent: bool


def moment(session: GroupSession, now: datetime) -> Moment | None:
    """When somebody whose tick is there now is written to about the meeting; None when it is too late."""
    day = local(session.starts_at).date()
    soonest, latest = max(session.ends_at + AFTER, now), at(day, EVENING_UNTIL)
    if soonest <= latest:
        return Moment(EVENING, soonest, latest + SLACK, urgent=True)
    morning, last = at(next_day(day), MORNING), at(next_day(day), DAY_UNTIL)
    return Moment(NEXT_DAY, max(now, morning), last, urgent=False) if now < last else None


def queue_due(db: Session, *, now: datetime) -> int:
    """Write down every message that is due after a meeting and is not yet; returns how many were new."""
    sessions = {session.id: session for session in _lately(db, now)}
    made = 0
    for (session_id, placement_id), rows in at_meetings(db, sessions).items():
        session, placement = sessions[session_id], db.get_one(Placement, placement_id)
        when = moment(session, now)
        if when is not None and _may_be_told(placement) and following(db, session, now) is not None:
            made += sum(_tell(db, session, carer, when, now) for carer in _carers(placement, rows))
    return made


def _lately(db: Session, now: datetime) -> list[GroupSession]:
    query = select(GroupSession).join(Group).where(Group.state == GroupState.OPEN)
    query = query.where(GroupSession.state == SessionState.PLANNED, GroupSession.starts_at <= now)
    query = query.where(GroupSession.ends_at > now - LOOK_BACK).order_by(GroupSession.id)
    # A meeting that somebody is ticking, or another worker has in hand, comes with the next run.
    return list(db.scalars(query.with_for_update(of=GroupSession, skip_locked=True)))


def following(db: Session, session: GroupSession, now: datetime) -> GroupSession | None:
    """The group's next meeting after this one that is still to come."""
    query = select(GroupSession).where(
        GroupSession.group_id == session.group_id,
        GroupSession.state == SessionState.PLANNED,
        GroupSession.starts_at > max(now, session.starts_at),
    )
    return db.scalars(query.order_by(GroupSession.starts_at)).first()


def _may_be_told(placement: Placement) -> bool:
    return placement.state is PlacementState.TAKEN and not placement.registration.family.discreet


def _carers(placement: Placement, rows: Collection[Attendance]) -> list[Carer]:
    silent = {row.seat for row in rows}
    return [carer for seat, carer in enumerate(attendance.attending(placement), start=1) if seat in silent]


def _tell(db: Session, session: GroupSession, carer: Carer, when: Moment, now: datetime) -> int:
    if _has_been_told(db, session, carer):
        return 0
    made = [
        messages.queue(
            db, KIND, session.id, carer.id, channel, version=when.version, urgent=when.urgent,
            now=now, not_before=when.not_before, not_after=when.not_after,
        )
        for channel in carer.channels[:1]
    ]  # fmt: skip
    return sum(message is not None for message in made)


def _has_been_told(db: Session, session: GroupSession, carer: Carer) -> bool:
    # One that was dropped, because the evening ran out or the tick was corrected for a while, told nothing.
    about = Message.kind == KIND, Message.thing_id == session.id, Message.carer_id == carer.id
    query = select(Message.id).where(*about, Message.state != MessageState.DROPPED)
    return db.scalars(query).first() is not None


def is_missed(db: Session, session: GroupSession, carer: Carer) -> bool:
    """True when the carer is still ticked as away without a word, and their family still has its place."""
    query = select(Placement).where(
        Placement.family_id == carer.family_id, Placement.group_id == session.group_id,
        Placement.state == PlacementState.TAKEN,
    )  # fmt: skip
    placement = db.scalars(query).first()
    if placement is None or placement.registration.family.discreet:
        return False
    rows = at_meetings(db, [session.id]).get((session.id, placement.id), [])
    return carer in _carers(placement, rows)
