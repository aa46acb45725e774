"""Letters about meetings: the reminder, what is said after a no-show, and when a meeting or a group is cancelled.

The thing of a message is the meeting for `reminder`, `missed` and `session_cancelled`, the group for
`group_cancelled`; the carer it is for tells which family's place it is about.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue import sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance, missed, reminders
from booking.course.letters.writing import Answers, Look, Matter, Values
from booking.outbox.letters import Dropped
from booking.outbox.messages import Message
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.places import placements
from booking.places.placements import Placement, PlacementState
from booking.records import answer_codes
from booking.records.accounts import Account

ROOM = 90  # Characters of two parts of an SMS that a reminder does not need for itself.
FEW = 3  # Fewer than this are not counted aloud: it would be about persons.


def _reminder(db: Session, message: Message, carer: Carer, now: datetime) -> Matter | Dropped:
    session = db.get_one(GroupSession, message.thing_id)
    if session.state is not SessionState.PLANNED or session.group.state is not GroupState.OPEN:
        return Dropped("the meeting is cancelled")
    if not reminders.is_about(message.version, session) or now >= session.starts_at:
        return Dropped("the meeting has been, or is on another day now")
    placement = _place(db, carer, session.group_id)
    if placement is None:
        return Dropped("the family has no place in the group any more")
    if carer not in reminders.coming(db, session, placement):
        return Dropped("the carer does not come to this meeting")
    days = (today(session.starts_at) - today(now)).days
    count = expected(db, session)
    bring, leaders = beside(db, session.group, carer.language, message.channel)
    values = {
        "session": session,
        "group": session.group,
        "days": days,
        "count": count if count >= FEW and days <= 1 else None,
        "bring": bring,
        "leaders": leaders,
    }
    return Matter(values, answers=Answers(answer_codes.SESSION, session.id, session.starts_at))


def beside(db: Session, group: Group, language: str, channel: str) -> tuple[str, list[str]]:
    """What to bring and who leads the group; of an SMS only what has room beside all that it must say."""
    bring = reminders.of(db, group.programme_id).to_bring(language).rstrip(".")
    leaders = [db.get_one(Account, leader.account_id).name for leader in group.leaders]
    if channel != "sms":
        return bring, leaders
    room = ROOM - (len(group.venue.address) if group.venue and not group.online else 0)
    bring = bring if len(bring) <= room else ""
    return bring, leaders if len(", ".join(leaders)) <= room - len(bring) else []


def _missed(db: Session, message: Message, carer: Carer, now: datetime) -> Values | Dropped:
    session = db.get_one(GroupSession, message.thing_id)
    if session.state is not SessionState.PLANNED or session.group.state is not GroupState.OPEN:
        return Dropped("the meeting or the group is cancelled")
    if not missed.is_missed(db, session, carer):
        return Dropped("the carer was there, or had said so, or has left")
    following = missed.following(db, session, now)
    if following is None:
        return Dropped("there is no next meeting")
    return {"group": session.group, "following": following, "days": (today(now) - today(session.starts_at)).days}


def _session_cancelled(db: Session, message: Message, carer: Carer, now: datetime) -> Values | Dropped:
    session = db.get_one(GroupSession, message.thing_id)
    if session.state is not SessionState.CANCELLED or now >= session.starts_at:
        return Dropped("the meeting is not cancelled, or has been")
    if session.group.state is not GroupState.OPEN or _place(db, carer, session.group_id) is None:
        return Dropped("the family has no place in the group any more")
    meetings = sessions.list_of(db, session.group_id)
    later = [each for each in meetings if each.state is SessionState.PLANNED and each.starts_at > session.starts_at]
    return {"session": session, "group": session.group, "following": later[0] if later else None}


def _group_cancelled(db: Session, message: Message, carer: Carer, now: datetime) -> Values | Dropped:
    group = db.get_one(Group, message.thing_id)
    if group.state is not GroupState.CANCELLED:
        return Dropped("the group is not cancelled")
    registration = db.scalars(
        select(Registration).where(
            Registration.family_id == carer.family_id,
            Registration.programme_id == group.programme_id,
            Registration.state == RegistrationState.WAITING,
        )
    ).first()
    if registration is None:
        return Dropped("the family does not wait any more")
    return {"group": group, "first": registration.city_cancelled, "begun": group.first_day <= today(now)}


def _place(db: Session, carer: Carer, group_id: int) -> Placement | None:
    query = select(Placement).where(
        Placement.family_id == carer.family_id,
        Placement.group_id == group_id,
        Placement.state == PlacementState.TAKEN,
    )
    return db.scalars(query).first()


def expected(db: Session, session: GroupSession) -> int:
    """How many people come, as far as they have said."""
    places = placements.list_taken(db, session.group_id)
    away = [row for row in attendance.list_noted(db, [session.id]) if row.state in attendance.AWAY]
    taken = {placement.id for placement in places}
    return sum(map(attendance.persons, places)) - sum(row.placement_id in taken for row in away)


LOOKS: dict[str, Look] = {
    "reminder": _reminder,
    "missed": _missed,
    "session_cancelled": _session_cancelled,
    "group_cancelled": _group_cancelled,
}
