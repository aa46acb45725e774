"""Attendance: who was there, per meeting and person; and who has said beforehand that they cannot come.

A family may say that it cannot come until the meeting begins; then the leader's ticks tell what happened. A tick can
be corrected at any time: the last one holds, and every one before it stands in the audit log.
"""

from booking.course.attendance.attendance import (
    AWAY,
    LISTED,
    TICKS,
    Attendance,
    AttendanceState,
    attending,
    counts,
    list_noted,
    noted,
    persons,
    says_away,
)
from booking.course.attendance.roster import Contact, Openness, Person, Row, is_complete, openness, sheet, taken_at
from booking.course.attendance.ticking import Refused, had_said_away, opens_at, say_away, take_back_away, tick

__all__ = [
    "AWAY",
    "LISTED",
    "TICKS",
    "Attendance",
    "AttendanceState",
    "Contact",
    "Openness",
    "Person",
    "Refused",
    "Row",
    "attending",
    "counts",
    "had_said_away",
    "is_complete",
    "list_noted",
    "noted",
    "openness",
    "opens_at",
    "persons",
    "say_away",
    "says_away",
    "sheet",
    "take_back_away",
    "taken_at",
    "tick",
]
