"""The mapped class: what is known of one person at one meeting, and its queries."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, personal, plain, states
from booking.catalogue.sessions import GroupSession
from booking.people.families import Carer, CarerState
from booking.places.placements import Placement, PlacementState

LISTED = (PlacementState.TAKEN, PlacementState.COMPLETED)


class AttendanceState(enum.Enum):
    """What is known of one person at one meeting."""

    EXPECTED_AWAY = "expected_away"  # Has said beforehand that they cannot come.
    PRESENT = "present"  # Was there.
    LATE = "late"  # Came late.
    ABSENT_TOLD = "absent_told"  # Was away, and had said so.
    ABSENT = "absent"  # Was away without a word.


TICKS = (AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.ABSENT_TOLD, AttendanceState.ABSENT)
AWAY = (AttendanceState.EXPECTED_AWAY, AttendanceState.ABSENT_TOLD)


class Attendance(Base):
    """One person at one meeting. `seat` is 1 or 2 within the family's placement."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("session_id", "placement_id", "seat"),
        CheckConstraint("seat BETWEEN 1 AND 2", name="seat"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    session_id: Mapped[int] = plain(ForeignKey("group_sessions.id"), index=True)
    placement_id: Mapped[int] = plain(ForeignKey("placements.id"), index=True)
    seat: Mapped[int] = plain()
    state: Mapped[AttendanceState] = personal(states(AttendanceState))
    noted_at: Mapped[datetime] = plain()
    version: Mapped[int] = plain(default=1)

    __mapper_args__ = {"version_id_col": version}


def persons(placement: Placement) -> int:
    """How many people come: a pair may take one place together, and is still two to tick."""
    return max(placement.seats, placement.registration.adults)


def attending(placement: Placement) -> list[Carer]:
    """The carers who come, in the order of their seats; fewer than `persons` when one has no contact of their own."""
    coming = [c for c in placement.registration.carers if c.state in (CarerState.FIRST, CarerState.JOINED)]
    return sorted(coming, key=lambda carer: carer.id)[: persons(placement)]


def list_noted(db: Session, session_ids: Collection[int]) -> list[Attendance]:
    """Everything noted for these meetings, as it stands in the database now."""
    query = select(Attendance).where(Attendance.session_id.in_(session_ids)).order_by(Attendance.id)
    return list(db.scalars(query.execution_options(populate_existing=True)))


def counts(db: Session, session_ids: Collection[int]) -> dict[int, Counter[AttendanceState]]:
    """How many people stand in each state, per meeting; every meeting asked for has an entry."""
    found: dict[int, Counter[AttendanceState]] = {session_id: Counter() for session_id in session_ids}
    query = select(Attendance.session_id, Attendance.state, func.count()).where(Attendance.session_id.in_(session_ids))
    for session_id, state, number in db.execute(query.group_by(Attendance.session_id, Attendance.state)):
        found[session_id][state] = number
    return found


def noted(db: Session, session: GroupSession, placement: Placement) -> dict[int, Attendance]:
    """What is noted of this family at this meeting, by seat, as it stands in the database now."""
    query = select(Attendance).where(Attendance.session_id == session.id, Attendance.placement_id == placement.id)
    return {row.seat: row for row in db.scalars(query.execution_options(populate_existing=True))}


def says_away(db: Session, session: GroupSession, placement: Placement) -> bool:
    """True when the whole family has said that it cannot come."""
    rows = noted(db, session, placement)
    return len(rows) >= persons(placement) and all(row.state in AWAY for row in rows.values())
