"""What is the signed-in leader's own; anything else does not exist (404). And how a meeting is shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import abort

from booking.catalogue import groups, sessions
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession
from booking.course import attendance
from booking.course.attendance import AttendanceState, Openness, Row
from booking.web import access

HERE = (AttendanceState.PRESENT, AttendanceState.LATE)


@dataclass(frozen=True, slots=True)
class Count:
    """How many people were there, and how many were not."""

    here: int
    away: int

    @property
    def noted(self) -> bool:
        """True when anything at all is noted."""
        return bool(self.here or self.away)


def group(code: str) -> Group:
    """The leader's own group with this code."""
    found = groups.get_by_code(access.db(), code)
    if not found.led_by(access.account().id):
        abort(404)
    return found


def meeting(code: str) -> GroupSession:
    """A meeting of one of the leader's own groups."""
    found = sessions.get_by_code(access.db(), code)
    if not found.group.led_by(access.account().id):
        abort(404)
    return found


def openness(of: Group) -> Openness:
    """How much of the group's roster may be shown now."""
    return attendance.openness(access.db(), of, now=access.now())


def rows(session: GroupSession) -> list[Row]:
    """The meeting's sheet; empty once the roster has closed."""
    return [] if openness(session.group) is Openness.COUNTS else attendance.sheet(access.db(), session)


def counted(meetings: list[GroupSession]) -> dict[int, Count]:
    """How many were there and away, per meeting's id."""
    found = attendance.counts(access.db(), [each.id for each in meetings])
    return {session_id: _count(states) for session_id, states in found.items()}


def _count(states: Counter[AttendanceState]) -> Count:
    here = sum(states[state] for state in HERE)
    return Count(here, states.total() - here)
