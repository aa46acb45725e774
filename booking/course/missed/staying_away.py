"""What it is to stay away: nobody of the family came, and somebody of it had said no word.

A pair of whom one came has not stayed away: they share the evenings as they can. Whoever had said so beforehand is
believed, whatever the leader has ticked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy.orm import Session

from booking.course import attendance
from booking.course.attendance import Attendance, AttendanceState

HERE = frozenset({AttendanceState.PRESENT, AttendanceState.LATE})
Missed = dict[tuple[int, int], list[Attendance]]


def stayed_away(states: Collection[AttendanceState]) -> bool:
    """True when these are the states of a family of whom nobody came and somebody had said no word."""
    return AttendanceState.ABSENT in states and not HERE & set(states)


def at_meetings(db: Session, session_ids: Collection[int]) -> Missed:
    """Who stayed away without a word, by (meeting id, placement id): the ticks of those who had said nothing."""
    noted: Missed = defaultdict(list)
    for row in attendance.list_noted(db, session_ids):
        noted[row.session_id, row.placement_id].append(row)
    found = {key: rows for key, rows in noted.items() if stayed_away([row.state for row in rows])}
    silent = {key: [row for row in rows if _without_a_word(db, row)] for key, rows in found.items()}
    return {key: rows for key, rows in silent.items() if rows}


def _without_a_word(db: Session, row: Attendance) -> bool:
    return row.state is AttendanceState.ABSENT and not attendance.had_said_away(db, row)
