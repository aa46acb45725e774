"""Attendance: who was there, per meeting, family and seat; and who has said beforehand that they cannot come."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from booking.base.db import Base, identity, personal, plain, states


class AttendanceState(enum.Enum):
    """What is known of one person at one meeting."""

    EXPECTED_AWAY = "expected_away"  # Has said beforehand that they cannot come.
    PRESENT = "present"  # Was there.
    LATE = "late"  # Came late.
    ABSENT_TOLD = "absent_told"  # Was away, and had said so.
    ABSENT = "absent"  # Was away without a word.


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
