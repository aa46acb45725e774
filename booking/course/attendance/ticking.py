"""What families and leaders note: who cannot come, and who was there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course.attendance.attendance import LISTED, TICKS, Attendance, AttendanceState, noted, persons
from booking.places.placements import Placement, write_line
from booking.records import audit
from booking.records.audit import Actor, AuditEntry

OPENS_BEFORE = timedelta(hours=12)
SAID_AWAY, TOOK_BACK = "said away", "took back away"


class Refused(_Refused):
    """Nothing was noted."""


def opens_at(session: GroupSession) -> datetime:
    """From when the leader may tick."""
    return session.starts_at - OPENS_BEFORE


def say_away(
    db: Session,
    session: GroupSession,
    placement: Placement,
    *,
    seats: Collection[int] | None = None,
    now: datetime,
    by: Actor,
) -> None:
    """The family, or those of it in `seats`, cannot come to this meeting.

    Saying it twice is harmless; what a leader has ticked stays.
    """
    _check(session, placement)
    _check_not_begun(session, now)
    _lock(db, session)
    known = noted(db, session, placement)
    for seat in range(1, persons(placement) + 1) if seats is None else seats:
        if seat not in known:
            row = _insert(db, session, placement, seat, AttendanceState.EXPECTED_AWAY, now)
            _record(db, SAID_AWAY, row, placement, None, row.state, now=now, by=by)


def take_back_away(
    db: Session,
    session: GroupSession,
    placement: Placement,
    *,
    seats: Collection[int] | None = None,
    now: datetime,
    by: Actor,
) -> None:
    """The family, or those of it in `seats`, can come after all. Harmless when it had not said otherwise."""
    _check(session, placement)
    _check_not_begun(session, now)
    _lock(db, session)
    for row in noted(db, session, placement).values():
        if row.state is AttendanceState.EXPECTED_AWAY and (seats is None or row.seat in seats):
            _record(db, TOOK_BACK, row, placement, row.state, None, now=now, by=by)
            db.delete(row)
    db.flush()


def tick(
    db: Session,
    session: GroupSession,
    placement: Placement,
    seat: int,
    state: AttendanceState | None,
    *,
    now: datetime,
    by: Actor,
) -> None:
    """Note what happened to one person; None takes the tick away. The last tick holds."""
    _check(session, placement)
    if now < opens_at(session):
        raise Refused(_("Träffen är inte förrän längre fram. Fyll i närvaron när den börjar."), code="early")
    if not 1 <= seat <= persons(placement) or (state is not None and state not in TICKS):
        raise Refused(_("Det gick inte att fylla i närvaron. Ladda om sidan."), code="unknown")
    _lock(db, session)
    row = noted(db, session, placement).get(seat)
    if row is None:
        if state is not None:
            row = _insert(db, session, placement, seat, state, now)
            _record(db, "ticked", row, placement, None, state, now=now, by=by)
        return
    _change(db, row, placement, state, now=now, by=by)


def _change(
    db: Session, row: Attendance, placement: Placement, state: AttendanceState | None, *, now: datetime, by: Actor
) -> None:
    before = row.state
    after = state or (AttendanceState.EXPECTED_AWAY if had_said_away(db, row) else None)
    if after is before:
        return
    _record(db, "ticked" if state else "tick taken away", row, placement, before, after, now=now, by=by)
    if after is None:
        db.delete(row)
        db.flush()
        return
    statement = update(Attendance).where(Attendance.id == row.id, Attendance.version == row.version)
    values = {"state": after, "noted_at": now, "version": row.version + 1}
    guarded(db, statement.values(values), Refused(_("Någon annan fyllde i samtidigt. Försök igen."), code="changed"))
    db.refresh(row)


def had_said_away(db: Session, row: Attendance) -> bool:
    """True when the family had said beforehand that this person could not come, whatever the leader has ticked."""
    query = select(AuditEntry.action).where(AuditEntry.thing == Attendance.__tablename__, AuditEntry.thing_id == row.id)
    said = query.where(AuditEntry.action.in_((SAID_AWAY, TOOK_BACK))).order_by(AuditEntry.id.desc())
    return db.scalars(said).first() == SAID_AWAY


def _check(session: GroupSession, placement: Placement) -> None:
    if session.state is SessionState.CANCELLED:
        raise Refused(_("Träffen är inställd."), code="cancelled")
    if placement.group_id != session.group_id or placement.state not in LISTED:
        raise Refused(_("Familjen har ingen plats i gruppen längre."), code="no_place")


def _check_not_begun(session: GroupSession, now: datetime) -> None:
    if now >= session.starts_at:
        raise Refused(_("Träffen har redan börjat."), code="begun")


def _lock(db: Session, session: GroupSession) -> None:
    # One at a time per meeting, so that two who tick the same person at once both come through, one after the other.
    db.execute(select(GroupSession.id).where(GroupSession.id == session.id).with_for_update())


def _insert(
    db: Session, session: GroupSession, placement: Placement, seat: int, state: AttendanceState, now: datetime
) -> Attendance:
    row = Attendance(session_id=session.id, placement_id=placement.id, seat=seat, state=state, noted_at=now)
    db.add(row)
    db.flush()
    return row


def _record(
    db: Session,
    action: str,
    row: Attendance,
    placement: Placement,
    before: AttendanceState | None,
    after: AttendanceState | None,
    *,
    now: datetime,
    by: Actor,
) -> None:
    old, new = before and before.value, after and after.value
    audit.note(db, action, row, now=now, by=by, changes={"state": (old, new)})
    write_line(db, action, placement, now=now, meeting=row.session_id, seat=row.seat, before=old, after=new)
