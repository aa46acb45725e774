"""Reminders: which message about a meeting is due to whom, and when.

The city's settings say how many days before a group's first meeting and before each later one a reminder goes, at
twelve o'clock, and whether one goes the same morning before later meetings that begin late enough. Only what is due
now is queued, so nothing ever has to be taken back; when it is sent, `booking.course.letters` looks again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.clock import at, local
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance
from booking.course.attendance import AWAY, Attendance
from booking.outbox import messages
from booking.outbox.messages import Message
from booking.people.families import Carer
from booking.places import placements
from booking.places.placements import Placement
from booking.records import policies
from booking.records.policies import Policy

KIND = "reminder"
NOON = time(12)
EARLIEST_START_FOR_MORNING = time(11)
LATEST = timedelta(hours=1)
LOOK_BACK = timedelta(hours=24)
JUST_TOLD = timedelta(hours=24)
JUST_TOLD_BEFORE_MORNING = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Slot:
    """One time to remind of one meeting: `days_before` 0 is the same morning.

    From `due` it may be sent and after `until` it is of no use. Whoever got their dates less than `just_told` before
    it is not reminded.
    """

    days_before: int
    due: datetime
    until: datetime
    just_told: timedelta


def version(session: GroupSession, slot: Slot) -> int:
    """What makes a reminder its own among those of the meeting: the day it is about and how long before it is sent.

    The day is in it so that a meeting that has moved is reminded of anew, and an old reminder is known as old.
    """
    return int(f"{local(session.starts_at):%Y%m%d}{slot.days_before:02d}")


def is_about(message_version: int, session: GroupSession) -> bool:
    """True when a reminder of that version is about the day on which the meeting still is."""
    return message_version // 100 == int(f"{local(session.starts_at):%Y%m%d}")


def plan(session: GroupSession, policy: Policy, *, is_first: bool) -> list[Slot]:
    """The times at which this meeting is reminded of, in order. Each is of use until the next is due."""
    day, begins = local(session.starts_at).date(), local(session.starts_at).time()
    days_before = policy.first_reminder_days if is_first else policy.reminder_days
    dues = [(days, at(day - timedelta(days=days), NOON), JUST_TOLD) for days in sorted(set(days_before), reverse=True)]
    if policy.same_morning and not is_first and begins >= EARLIEST_START_FOR_MORNING:
        dues.append((0, at(day, time(policy.rest_until_hour)), JUST_TOLD_BEFORE_MORNING))
    ends = [*(due for _, due, _ in dues), session.starts_at - LATEST][1:]
    return [Slot(days, due, until, just_told) for (days, due, just_told), until in zip(dues, ends, strict=True)]


def queue_due(db: Session, *, now: datetime) -> int:
    """Write down every reminder that is due now and is not yet; returns how many were new.

    A scheduler that was down sends late ones for as long as they are of use. Two that run at once never collide: a
    meeting that the other has in hand is passed over and comes with the next run.
    """
    policy = policies.current(db)
    return sum(_remind(db, session, policy, now) for session in _coming(db, policy, now))


def _coming(db: Session, policy: Policy, now: datetime) -> list[GroupSession]:
    longest = max((0, *policy.first_reminder_days, *policy.reminder_days))
    query = (
        select(GroupSession)
        .join(Group)
        .where(GroupSession.state == SessionState.PLANNED, Group.state == GroupState.OPEN)
        .where(GroupSession.starts_at > now, GroupSession.starts_at < now + timedelta(days=longest + 1))
        .order_by(GroupSession.id)
    )
    return list(db.scalars(query.with_for_update(of=GroupSession, skip_locked=True)))


def _remind(db: Session, session: GroupSession, policy: Policy, now: datetime) -> int:
    slots = plan(session, policy, is_first=_is_first(db, session))
    slot = next((slot for slot in slots if slot.due <= now < min(slot.until, slot.due + LOOK_BACK)), None)
    if slot is None:
        return 0
    about, told = version(session, slot), _told(db, session, version(session, slot))
    made = [
        messages.queue(db, KIND, session.id, carer.id, channel, now=now, version=about, not_after=slot.until)
        for carer in _expected(db, session, slot)
        for channel in carer.channels
        if (carer.id, channel) not in told
    ]
    return sum(message is not None for message in made)


def _told(db: Session, session: GroupSession, about: int) -> set[tuple[int, str]]:
    """Carer ids and channels of what is written down already: asked at once, since the step runs every minute."""
    query = (
        select(Carer.id, Message.channel)
        .join(Carer, Carer.id == Message.carer_id)
        .where(
            Message.kind == KIND,
            Message.thing_id == session.id,
            Message.key.startswith(f"{KIND}/{session.id}/{about}/"),
        )
    )
    return {(carer_id, channel) for carer_id, channel in db.execute(query)}


def _is_first(db: Session, session: GroupSession) -> bool:
    earlier = select(GroupSession.id).where(
        GroupSession.group_id == session.group_id,
        GroupSession.state == SessionState.PLANNED,
        GroupSession.starts_at < session.starts_at,
    )
    return db.scalars(earlier).first() is None


def _expected(db: Session, session: GroupSession, slot: Slot) -> list[Carer]:
    families = placements.list_taken(db, session.group_id)
    told = attendance.taken_at(db, families)
    known = [family for family in families if slot.due - told[family.id] >= slot.just_told]
    noted = attendance.list_noted(db, [session.id])
    return [carer for family in known for carer in _who_comes(family, noted)]


def coming(db: Session, session: GroupSession, placement: Placement) -> list[Carer]:
    """The family's carers who have not said that they cannot come to this meeting."""
    return _who_comes(placement, attendance.noted(db, session, placement).values())


def _who_comes(placement: Placement, noted: Iterable[Attendance]) -> list[Carer]:
    away = {row.seat for row in noted if row.placement_id == placement.id and row.state in AWAY}
    return [carer for seat, carer in enumerate(attendance.attending(placement), start=1) if seat not in away]
