"""Who is to be reminded now: of every meeting whose time has come, each carer once, through one channel.

A reminder goes by SMS to whoever has one, else by e-mail; when the one fails the other follows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance
from booking.course.attendance import AWAY, Attendance
from booking.course.reminders import plans
from booking.course.reminders.plans import Plan
from booking.course.reminders.timing import Slot, slots, version
from booking.outbox import messages
from booking.outbox.messages import Message, MessageState
from booking.people.families import Carer
from booking.places import placements
from booking.places.placements import Placement
from booking.records import policies

KIND = "reminder"
LOOK_BACK = timedelta(hours=24)


def queue_due(db: Session, *, now: datetime) -> int:
    """Write down every reminder that is due now and is not yet; returns how many were new.

    A scheduler that was down sends late ones for as long as they are of use. Two that run at once never collide: a
    meeting that the other has in hand is passed over and comes with the next run.
    """
    city, own = plans.of_city(policies.current(db)), plans.of_all(db)
    coming = _coming(db, max(plan.longest for plan in (city, *own.values())), now)
    firsts = _firsts(db, {session.group_id for session in coming})
    made = 0
    for session in coming:
        plan = own.get(session.group.programme_id, city)
        slot = _due(session, plan, now, is_first=firsts.get(session.group_id) == session.starts_at)
        made += _remind(db, session, slot, now) if slot else 0
    return made


def _coming(db: Session, longest: int, now: datetime) -> list[GroupSession]:
    query = (
        select(GroupSession)
        .join(Group)
        .where(GroupSession.state == SessionState.PLANNED, Group.state == GroupState.OPEN)
        .where(GroupSession.starts_at > now, GroupSession.starts_at < now + timedelta(days=longest + 1))
        .order_by(GroupSession.id)
    )
    return list(db.scalars(query.with_for_update(of=GroupSession, skip_locked=True)))


def _firsts(db: Session, group_ids: Collection[int]) -> dict[int, datetime]:
    """When each group's first meeting is, of those that are not cancelled."""
    query = select(GroupSession.group_id, func.min(GroupSession.starts_at))
    query = query.where(GroupSession.group_id.in_(group_ids), GroupSession.state == SessionState.PLANNED)
    return dict(db.execute(query.group_by(GroupSession.group_id)).all())


def _due(session: GroupSession, plan: Plan, now: datetime, *, is_first: bool) -> Slot | None:
    found = slots(session, plan, is_first=is_first)
    return next((slot for slot in found if slot.due <= now < min(slot.until, slot.due + LOOK_BACK)), None)


def _remind(db: Session, session: GroupSession, slot: Slot, now: datetime) -> int:
    about = version(session, slot)
    reached, written = _told(db, session, about)
    made = [
        messages.queue(db, KIND, session.id, carer.id, channel, now=now, version=about, not_after=slot.until)
        for carer in _expected(db, session, slot)
        for channel in carer.channels[:1]
        if carer.id not in reached and (carer.id, channel) not in written
    ]
    return sum(message is not None for message in made)


def _told(db: Session, session: GroupSession, about: int) -> tuple[set[int], set[tuple[int, str]]]:
    """Which carers have theirs, and what is written down already: asked at once, since the step runs every minute.

    A reminder that was dropped, because its channel was closed meanwhile, has reached nobody: another way may.
    """
    query = select(Message.carer_id, Message.channel, Message.state)
    query = query.where(Message.kind == KIND, Message.thing_id == session.id, Message.version == about)
    rows = [(carer_id, channel, state) for carer_id, channel, state in db.execute(query) if carer_id is not None]
    reached = {carer_id for carer_id, _channel, state in rows if state is not MessageState.DROPPED}
    return reached, {(carer_id, channel) for carer_id, channel, _state in rows}


def _expected(db: Session, session: GroupSession, slot: Slot) -> list[Carer]:
    families = placements.list_taken(db, session.group_id)
    told = attendance.taken_at(db, families)
    known = [family for family in families if slot.due - told[family.id] >= slot.just_told]
    noted = attendance.list_noted(db, [session.id])
    moved = _told_of_a_move(db, session, slot.due - slot.just_told)
    return [carer for family in known for carer in _who_comes(family, noted) if carer.id not in moved]


def _told_of_a_move(db: Session, session: GroupSession, since: datetime) -> set[int]:
    """Carers who have been written since then that the group or the meeting is on another day."""
    group = and_(Message.kind == "group_moved", Message.thing_id == session.group_id)
    meeting = and_(Message.kind == "session_moved", Message.thing_id == session.id)
    query = select(Message.carer_id).where(or_(group, meeting), Message.made_at > since)
    return {carer_id for carer_id in db.scalars(query) if carer_id is not None}


def coming(db: Session, session: GroupSession, placement: Placement) -> list[Carer]:
    """The family's carers who have not said that they cannot come to this meeting."""
    return _who_comes(placement, attendance.noted(db, session, placement).values())


def _who_comes(placement: Placement, noted: Iterable[Attendance]) -> list[Carer]:
    away = {row.seat for row in noted if row.placement_id == placement.id and row.state in AWAY}
    return [carer for seat, carer in enumerate(attendance.attending(placement), start=1) if seat not in away]
