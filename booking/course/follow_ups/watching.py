"""Twice in a row: a family that stays away from two meetings running is a matter for the coordinator too.

The alarm stands until somebody has been in touch, the family comes again, or leaves. Staff may also say that they have
seen to it; then it is not raised again for the same meetings.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import group_changes, missed
from booking.course.attendance import TICKS, Attendance
from booking.course.follow_ups.absences import list_open
from booking.course.follow_ups.contact import STAYED_AWAY_TWICE as KIND
from booking.places.placements import Placement
from booking.records import alarms
from booking.records.alarms import Alarm

IN_A_ROW = 2
AFTER, LOOK_BACK = timedelta(hours=1), timedelta(days=30)
THING = Placement.__tablename__


def list_changed(db: Session, *, now: datetime) -> list[int]:
    """Ids of the groups in which somebody may have stayed away twice, or an alarm of it stands."""
    lately = select(GroupSession.group_id).join(Group).where(
        Group.state == GroupState.OPEN, GroupSession.state == SessionState.PLANNED,
        GroupSession.ends_at <= now - AFTER, GroupSession.ends_at > now - LOOK_BACK,
    )  # fmt: skip
    stand = select(Alarm.thing_id).where(Alarm.kind == KIND, Alarm.settled_at.is_(None))
    still = select(Placement.group_id).where(Placement.id.in_(stand))
    return sorted({*db.scalars(lately), *db.scalars(still)})


def watch(db: Session, group: Group, *, now: datetime) -> int:
    """Raise and settle the group's alarms; how many changed."""
    db.execute(select(Group.id).where(Group.id == group.id).with_for_update())
    twice = {
        each.placement.id: each.last for each in list_open(db, group, now=now) if _in_a_row(db, each.placement, now)
    }
    members = select(Placement.id).where(Placement.group_id == group.id)
    standing = select(Alarm.thing_id).where(Alarm.kind == KIND, Alarm.settled_at.is_(None), Alarm.thing_id.in_(members))
    over = set(db.scalars(standing)) - twice.keys()
    for placement_id in over:
        alarms.settle(db, KIND, thing_kind=THING, thing_id=placement_id, now=now)
    new = {key: last for key, last in twice.items() if not _known(db, key, last)}
    for placement_id, last in new.items():
        _sound(db, group, placement_id, last, now)
    return len(over) + len(new)


def _in_a_row(db: Session, placement: Placement, now: datetime) -> bool:
    """True when nobody of the family came to the last two meetings that are ticked, and nobody had said so."""
    query = (
        select(Attendance, GroupSession)
        .join(GroupSession, GroupSession.id == Attendance.session_id)
        .where(Attendance.placement_id == placement.id, Attendance.state.in_(TICKS))
        .where(GroupSession.state == SessionState.PLANNED, GroupSession.ends_at <= now - AFTER)
        .order_by(GroupSession.starts_at.desc())
    )
    lately = list(dict.fromkeys(session.id for _row, session in db.execute(query)))[:IN_A_ROW]
    away = missed.at_meetings(db, lately)
    return len(lately) == IN_A_ROW and all((session_id, placement.id) in away for session_id in lately)


def _known(db: Session, placement_id: int, last: GroupSession) -> bool:
    """True when it was raised after that meeting already, whether it stands or staff have seen to it."""
    query = select(Alarm.id).where(Alarm.kind == KIND, Alarm.thing_kind == THING, Alarm.thing_id == placement_id)
    return db.scalars(query.where(Alarm.raised_at >= last.starts_at)).first() is not None


def _sound(db: Session, group: Group, placement_id: int, last: GroupSession, now: datetime) -> None:
    for district_id in group_changes.homes(db, group):
        alarms.sound(
            db, KIND, thing_kind=THING, thing_id=placement_id, district_id=district_id, now=now, meeting=last.number
        )
